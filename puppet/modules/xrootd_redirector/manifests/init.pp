# @summary Front door of an XRootD data cluster: sends clients to the data server that has their file
class xrootd_redirector {
  xrootd::instance { 'clustered':
    role    => 'manager',
    manager => $trusted['certname'],
  }
}
