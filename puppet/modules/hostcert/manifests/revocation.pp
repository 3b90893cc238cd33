# @summary Fetches revocation lists every six hours
#
# The packages of some systems bring a timer, those of others a line for cron: ours is the same everywhere.
#
# @param package
#   package that fetches them
# @param proxy
#   web cache to go through
class hostcert::revocation (
  String[1] $package,
  Optional[String[1]] $proxy = undef,
) {
  package { $package:
    ensure => installed,
  }

  $settings = $proxy ? {
    undef   => absent,
    default => file,
  }
  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Package[$package],
      notify  => Service['fetch-crl.timer'];
    '/etc/fetch-crl.d':
      ensure => directory,
      mode   => '0755';
    '/etc/fetch-crl.d/clusterdef.conf':
      ensure  => $settings,
      content => "# Managed by Puppet: the way out of a private network.\nhttp_proxy = ${proxy}\n";
    '/etc/systemd/system/fetch-crl.service':
      source => 'puppet:///modules/hostcert/fetch-crl.service';
    '/etc/systemd/system/fetch-crl.timer':
      source => 'puppet:///modules/hostcert/fetch-crl.timer';
  }

  service { 'fetch-crl.timer':
    ensure => running,
    enable => true,
  }
}
