# @summary What every machine of a Slurm cluster has: the commands, and the user slurm with the same number everywhere
#
# @param package
#   name of the package with the commands
# @param uid
#   numeric id of the user and of the group slurm
class slurm (
  String[1] $package,
  Integer[1, 65533] $uid = 64030,
) {
  # Before the packages: they would take the next free number.
  group { 'slurm':
    ensure => present,
    gid    => $uid,
    system => true,
  }
  user { 'slurm':
    ensure => present,
    uid    => $uid,
    gid    => 'slurm',
    home   => '/nonexistent',
    shell  => '/usr/sbin/nologin',
    system => true,
  }

  package { $package:
    ensure  => installed,
    require => User['slurm'],
  }

  file {
    default:
      ensure  => directory,
      mode    => '0755',
      require => Package[$package];
    '/etc/slurm':
      owner => 'root',
      group => 'root';
    '/var/log/slurm':
      owner => 'slurm',
      group => 'slurm';
  }
}
