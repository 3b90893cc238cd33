# @summary The machine's certificate and key, in a copy that the daemons may read
#
# They come from module hostcert, and are made before where that is on the machine too.
class xrootd::proof {
  file {
    default:
      owner     => $xrootd::user,
      group     => $xrootd::group,
      backup    => false,
      show_diff => false,
      require   => Package[$xrootd::packages];
    '/etc/grid-security/xrd':
      ensure => directory,
      mode   => '0755',
      backup => undef;
    '/etc/grid-security/xrd/xrdcert.pem':
      ensure => file,
      mode   => '0644',
      source => '/etc/grid-security/hostcert.pem';
    '/etc/grid-security/xrd/xrdkey.pem':
      ensure => file,
      mode   => '0400',
      source => '/etc/grid-security/hostkey.pem';
  }

  File <| title == '/etc/grid-security/hostcert.pem' |> -> File['/etc/grid-security/xrd/xrdcert.pem']
  File <| title == '/etc/grid-security/hostkey.pem' |> -> File['/etc/grid-security/xrd/xrdkey.pem']
}
