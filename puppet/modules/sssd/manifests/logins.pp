# @summary That the system asks sssd: for names, at logins, and for the ssh keys of users
#
# @param select
#   command by which names and logins go to sssd; none where its packages see to that
# @param selected
#   command that tells whether they do
# @param sshd
#   file of our own that the ssh server includes, or its configuration itself
# @param included
#   whether `sshd` is a file of our own
# @param sshd_service
#   name of the ssh server's service
class sssd::logins (
  Optional[String[1]] $select,
  String[1] $selected,
  String[1] $sshd,
  Boolean $included,
  String[1] $sshd_service,
) {
  if $select {
    exec { 'names and logins by sssd':
      command => $select,
      unless  => $selected,
      path    => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
      require => Package[$sssd::packages],
      before  => Service['sssd'],
    }
  }

  # Keys in the directory are of use also where homes are not there yet.
  $settings = {
    'AuthorizedKeysCommand'     => '/usr/bin/sss_ssh_authorizedkeys',
    'AuthorizedKeysCommandUser' => 'nobody',
  }
  if $included {
    file { $sshd:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0600',
      content => epp('sssd/sshd.conf.epp', { 'settings' => $settings }),
      require => Package[$sssd::packages],
      notify  => Exec['sshd learns to ask sssd for keys'],
    }
  } else {
    # Servers before 8.2 include nothing.
    augeas { 'sshd asks sssd for keys':
      context => "/files${sshd}",
      changes => $settings.map |$name, $value| { "set ${name} ${value}" },
      require => Package[$sssd::packages],
      notify  => Exec['sshd learns to ask sssd for keys'],
    }
  }

  exec { 'sshd learns to ask sssd for keys':
    command     => "systemctl try-reload-or-restart ${sshd_service}",
    path        => ['/usr/bin', '/bin'],
    refreshonly => true,
  }
}
