# @summary The ssh server, and the host keys by which this machine knows the others
#
# @param package
#   name of the package
# @param service
#   name of the service
# @param file
#   where the settings go: a file of our own that the server's configuration includes, or that configuration itself
# @param included
#   whether `file` is a file of our own
# @param interactive
#   what the release calls the dialogue that is a password in other words
# @param password_authentication
#   whether a password is enough to log in
# @param root_login
#   how root may log in
# @param x11_forwarding
#   whether graphical programs may show their windows at the user's desk
class sshd (
  String[1] $package,
  String[1] $service,
  String[1] $file,
  Boolean $included,
  String[1] $interactive,
  Boolean $password_authentication = false,
  Enum['prohibit-password', 'forced-commands-only', 'no'] $root_login = 'prohibit-password',
  Boolean $x11_forwarding = false,
) {
  $words = { true => 'yes', false => 'no' }
  $settings = {
    'PasswordAuthentication' => $words[$password_authentication],
    $interactive             => $words[$password_authentication],
    'PermitRootLogin'        => $root_login,
    'X11Forwarding'          => $words[$x11_forwarding],
  }

  package { $package:
    ensure => installed,
  }

  if $included {
    file { $file:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0600',
      content => epp('sshd/settings.conf.epp', { 'settings' => $settings }),
      require => Package[$package],
      notify  => Service[$service],
    }
  } else {
    # Servers before 8.2 include nothing.
    augeas { 'settings of sshd':
      context => "/files${file}",
      changes => $settings.map |$name, $value| { "set ${name} ${value}" },
      require => Package[$package],
      notify  => Service[$service],
    }
  }

  # Keys that are there stay; an image without any gets its own.
  exec { 'host keys where there are none':
    command => 'ssh-keygen -A',
    path    => ['/usr/bin', '/bin'],
    creates => '/etc/ssh/ssh_host_ed25519_key',
    require => Package[$package],
  }

  service { $service:
    ensure  => running,
    enable  => true,
    require => Exec['host keys where there are none'],
  }

  # A site that has given no host keys yet has no such file.
  file { '/etc/ssh/ssh_known_hosts':
    ensure => file,
    owner  => 'root',
    group  => 'root',
    mode   => '0644',
    source => ['puppet:///site/ssh/known_hosts', 'puppet:///modules/sshd/none'],
  }
}
