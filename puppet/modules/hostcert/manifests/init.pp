# @summary Grid host certificate, and the certificates and revocation lists of the grid's authorities
#
# @param bundle
#   private key, host certificate and its chain, in PEM
# @param fetcher
#   package that fetches revocation lists
# @param authorities
#   package with the certificates of the authorities that are trusted
# @param fetch_crl
#   fetch revocation lists every six hours
# @param proxies
#   web caches through which they are fetched: the first counts
class hostcert (
  Sensitive[String] $bundle,
  String[1] $fetcher,
  Pattern[/\A[A-Za-z0-9][A-Za-z0-9._+-]*\z/] $authorities = 'ca-policy-egi-core',
  Boolean $fetch_crl = true,
  Optional[Array[String[1]]] $proxies = undef,
) {
  package { $authorities:
    ensure => installed,
  }

  # What is no key or no certificate never takes the place of a good one.
  file {
    default:
      ensure    => file,
      owner     => 'root',
      group     => 'root',
      backup    => false,
      show_diff => false;
    '/etc/grid-security':
      ensure => directory,
      mode   => '0755',
      backup => undef;
    '/etc/grid-security/hostkey.pem':
      mode         => '0400',
      content      => Sensitive(hostcert::key($bundle.unwrap)),
      validate_cmd => '/usr/bin/openssl pkey -in % -noout -passin pass:';
    '/etc/grid-security/hostcert.pem':
      mode         => '0644',
      content      => Sensitive(hostcert::certificates($bundle.unwrap)),
      validate_cmd => '/usr/bin/openssl x509 -in % -noout',
      require      => File['/etc/grid-security/hostkey.pem'];
  }

  if $fetch_crl {
    class { 'hostcert::revocation':
      package => $fetcher,
      proxy   => $proxies.lest || { [] }[0],
      require => Package[$authorities],
    }
  } else {
    service { 'fetch-crl.timer':
      ensure => stopped,
      enable => false,
    }
  }
}
