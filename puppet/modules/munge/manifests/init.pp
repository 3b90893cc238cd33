# @summary Proves to Slurm who asks: one key, the same on every machine of the batch system
#
# @param key
#   the key, in base64
# @param package
#   name of the package
# @param service
#   name of the service
# @param user
#   account and group of the daemon
class munge (
  Sensitive[String] $key,
  String[1] $package,
  String[1] $service,
  String[1] $user,
) {
  package { $package:
    ensure => installed,
  }

  # The daemon refuses a key that anybody else could read or write.
  file {
    default:
      owner   => $user,
      group   => $user,
      require => Package[$package];
    '/etc/munge':
      ensure => directory,
      mode   => '0700';
    '/etc/munge/munge.key':
      ensure    => file,
      mode      => '0400',
      content   => Sensitive(Binary($key.unwrap, '%b')),
      backup    => false,
      show_diff => false,
      notify    => Service[$service];
  }

  service { $service:
    ensure => running,
    enable => true,
  }
}
