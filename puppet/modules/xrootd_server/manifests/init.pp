# @summary Data server of XRootD
#
# @param hostname
#   name under which clients are sent here; it must lead to an address that they can reach
# @param redirector
#   redirector to report to, which may come up later; without one it serves alone
# @param storage
#   directory below which the files are
# @param writable
#   whether clients may also write and remove files
class xrootd_server (
  String[1] $hostname,
  Optional[String[1]] $redirector = undef,
  String[1] $storage = '/export/data',
  Boolean $writable = false,
) {
  include xrootd

  # The storage itself may belong to somebody else too, such as an NFS server.
  $xrootd::paths.each |$path| {
    exec { "xrootd: room for ${path}":
      command => "install -d -o ${xrootd::user} -g ${xrootd::group} '${storage}${path}'",
      creates => "${storage}${path}",
      path    => ['/usr/bin', '/bin'],
      require => Class['xrootd'],
      before  => Xrootd::Instance['clustered'],
    }
  }

  # The machine's own name needs no saying.
  $announced = $hostname ? {
    $trusted['certname'] => undef,
    default              => $hostname,
  }
  $role = $redirector ? {
    undef   => 'alone',
    default => 'server',
  }
  xrootd::instance { 'clustered':
    role     => $role,
    manager  => $redirector,
    storage  => $storage,
    writable => $writable,
    hostname => $announced,
  }
}
