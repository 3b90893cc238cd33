# @summary Who may become root: root's password and keys, and sudo for the administrators
#
# @param admins
#   administrators: their ssh keys open root's account, and sudo is theirs
# @param root_password
#   root's password, as a hash
# @param sudo_without_password
#   administrators need no password for sudo
# @param sudo
#   the package of sudo
class users (
  Array[String[1]] $admins,
  Sensitive[String] $root_password,
  String[1] $sudo,
  Boolean $sudo_without_password = false,
) {
  user { 'root':
    password => $root_password,
  }

  # The site's administrators, all of them and nobody else: whoever is taken out there loses root's account here.
  file {
    default:
      owner => 'root',
      group => 'root';
    '/root/.ssh':
      ensure => directory,
      mode   => '0700';
    '/root/.ssh/authorized_keys':
      ensure => file,
      mode   => '0600',
      source => 'puppet:///site/ssh/authorized_keys';
  }

  package { $sudo:
    ensure => installed,
  }

  file { '/etc/sudoers.d/clusterdef-admins':
    ensure       => file,
    owner        => 'root',
    group        => 'root',
    mode         => '0440',
    content      => epp('users/sudoers.epp', { 'admins' => $admins, 'free' => $sudo_without_password }),
    validate_cmd => '/usr/sbin/visudo -c -q -f %',
    require      => Package[$sudo],
  }
}
