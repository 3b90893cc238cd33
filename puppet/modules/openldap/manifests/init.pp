# @summary Server of the directory of users and groups; what is in it comes from the published tree
#
# @param tree
#   the published tree, which has the directory's configuration and the commands
# @param packages
#   names of the packages: the server, and the programs of the commands
# @param service
#   name of the service
# @param defaults
#   file of settings that the service reads
# @param addresses
#   name of the setting there that says where the server listens
# @param dump_to
#   where the directory is sent every night, as USER@HOST:/DIRECTORY
class openldap (
  String[1] $tree,
  Array[String[1]] $packages,
  String[1] $service,
  String[1] $defaults,
  String[1] $addresses,
  Optional[String[1]] $dump_to = undef,
) {
  # The tree's own link: what is published there is in force from then on.
  $setup = "${tree}/current/ldap/bin/ldap-setup"

  package { $packages:
    ensure => installed,
  }

  ini_setting { 'addresses of slapd':
    path              => $defaults,
    section           => '',
    setting           => $addresses,
    key_val_separator => '=',
    value             => '"ldap:/// ldaps:/// ldapi:///"',
    require           => Package[$packages],
    notify            => Service[$service],
  }

  # A machine that nothing was published to yet waits: publishing runs the same command. It comes before the service
  # and does not depend on it, so that either can repair the other.
  exec { 'configuration and first entries of the directory':
    command => "sh ${setup} -i",
    onlyif  => "test -e ${setup}",
    unless  => "sh ${setup} -n -i",
    path    => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    require => [Package[$packages], Ini_setting['addresses of slapd']],
  }

  service { $service:
    ensure  => running,
    enable  => true,
    require => Package[$packages],
  }

  class { 'openldap::dump':
    to => $dump_to,
  }
  contain openldap::dump
}
