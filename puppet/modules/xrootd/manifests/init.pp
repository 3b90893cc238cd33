# @summary What every machine of an XRootD data cluster has: packages, directories, and what its daemons prove themselves with
#
# @param packages
#   the daemons and the client
# @param token_package
#   what checks tokens
# @param group
#   group of the daemons
# @param paths
#   exported name space
# @param security
#   how clients prove who they are
# @param user
#   user that the daemons run as and that owns the data
# @param cms_port
#   port on which the redirector hears from its data servers
# @param issuers
#   issuers of the tokens that are believed
class xrootd (
  Array[String[1], 1] $packages,
  String[1] $token_package,
  String[1] $group,
  Array[String[1], 1] $paths = ['/data'],
  Enum['none', 'unix', 'gsi', 'token'] $security = 'unix',
  String[1] $user = 'xrootd',
  Integer[1024, 65535] $cms_port = 3121,
  Array[String[1]] $issuers = [],
) {
  package { $packages:
    ensure => installed,
  }

  file {
    default:
      owner   => $user,
      group   => $group,
      require => Package[$packages];
    # The daemons themselves say who else may look in.
    ['/var/log/xrootd', '/var/spool/xrootd', '/run/xrootd']:
      ensure => directory;
    '/etc/tmpfiles.d/xrootd.conf':
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => "# Managed by Puppet.\nd /run/xrootd 0755 ${user} ${group} -\n";
  }

  if $security in ['gsi', 'token'] {
    contain xrootd::proof
  }

  if $security == 'token' {
    package { $token_package:
      ensure => installed,
    }

    file { '/etc/xrootd/scitokens.cfg':
      ensure  => file,
      owner   => 'root',
      group   => $group,
      mode    => '0640',
      content => epp('xrootd/scitokens.cfg.epp', { 'issuers' => $issuers, 'paths' => $paths }),
      require => Package[$packages],
    }
  }
}
