# @summary Front door of an XRootD data cluster: sends clients to the data server that has their file
#
# @param startup
#   seconds after its start that it lets clients wait, until its data servers have reported
class xrootd_redirector (
  Integer[1, 3600] $startup = 90,
) {
  xrootd::instance { 'clustered':
    role    => 'manager',
    manager => $trusted['certname'],
    startup => $startup,
  }
}
