# @summary Users and groups from the LDAP directory, and logging in with its passwords and ssh keys
#
# @param servers
#   LDAP servers, in the order in which they are tried
# @param packages
#   names of the packages
# @param responders
#   what sssd starts itself; none where sockets of the system start it
# @param mode
#   mode of the configuration that this release of sssd accepts
# @param authorities
#   certificate of the authority that signs for all machines: in a vendor's package of the agent, and in the distribution's
# @param base_dn
#   where in the directory to search; the server's naming context where there is none
# @param start_tls
#   encrypt the connection; passwords are never sent without
# @param ca_certificate
#   certificate of the authority that signed the directory's certificate
# @param access_group
#   group whose members may log in; every user of the directory where there is none
# @param cache_credentials
#   remember password hashes for the time in which the directory is away
# @param enumerate
#   tell whoever asks for it the list of all users
class sssd (
  Array[String[1], 1] $servers,
  Array[String[1]] $packages,
  Array[String[1]] $responders,
  String[1] $mode,
  Struct[{ vendor => String[1], distribution => String[1] }] $authorities,
  Optional[String[1]] $base_dn = undef,
  Boolean $start_tls = true,
  Optional[String[1]] $ca_certificate = undef,
  Optional[String[1]] $access_group = undef,
  Boolean $cache_credentials = true,
  Boolean $enumerate = false,
) {
  # Only packages of a vendor bring this fact.
  $agents = $facts['aio_agent_version'] ? {
    undef   => $authorities['distribution'],
    default => $authorities['vendor'],
  }
  $authority = $ca_certificate ? {
    undef   => $agents,
    default => $ca_certificate,
  }
  $copy = '/etc/sssd/clusterdef-ca.pem'

  package { $packages:
    ensure => installed,
  }

  # A copy, because newer sssd is not root, and SELinux keeps it out of other programs' directories.
  file { $copy:
    ensure  => file,
    owner   => 'root',
    mode    => '0644',
    source  => $authority,
    require => Package[$packages],
    notify  => Service['sssd'],
  }

  # The group is left alone: where sssd is not root its unit gives the file to its own.
  file { '/etc/sssd/sssd.conf':
    ensure  => file,
    owner   => 'root',
    mode    => $mode,
    content => epp('sssd/sssd.conf.epp', {
        'uris'         => $servers.map |$server| { $server ? { /:/ => "ldap://[${server}]", default => "ldap://${server}" } },
        'responders'   => $responders,
        'base_dn'      => $base_dn,
        'start_tls'    => $start_tls,
        'authority'    => $copy,
        'access_group' => $access_group,
        'cache'        => $cache_credentials,
        'enumerate'    => $enumerate,
    }),
    require => Package[$packages],
    notify  => Service['sssd'],
  }

  service { 'sssd':
    ensure => running,
    enable => true,
  }

  contain sssd::logins
}
