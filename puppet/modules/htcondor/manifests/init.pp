# @summary What every machine of an HTCondor pool has: its name, who may talk to whom, and the password that proves it
#
# @param package
#   name of the package
# @param service
#   name of the service
# @param pool
#   name of the pool
# @param manager
#   central manager
# @param machines
#   networks whose machines may take part
# @param uid_domain
#   machines with the same one have the same users and files
# @param pool_password
#   password of the pool
# @param slots
#   job slots of a worker: a number, or as many as it has cores in the sizes that jobs ask for
# @param scratch
#   directory in which jobs run
class htcondor (
  String[1] $package,
  String[1] $service,
  Pattern[/\A[A-Za-z0-9._-]{1,64}\z/] $pool,
  String[1] $manager,
  Array[String[1]] $machines,
  String[1] $uid_domain,
  Sensitive[String] $pool_password,
  Variant[Pattern[/\Aauto\z/], Integer[1, 4096]] $slots = 1,
  String[1] $scratch = '/var/lib/condor/execute',
) {
  package { $package:
    ensure => installed,
  }

  # On a machine with several networks the one on which the others are.
  $interfaces = $facts['networking']['interfaces'].lest || {{} }
  $addresses = $interfaces.values.map |$one| { [$one['ip'], $one['ip6']] }.flatten.filter |$one| { $one =~ NotUndef }
  $settings = {
    'pool'       => $pool,
    'manager'    => $manager,
    'machines'   => $machines,
    'uid_domain' => $uid_domain,
    'address'    => htcondor::address_in($machines, $addresses),
  }

  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Package[$package],
      notify  => Service[$service];
    '/etc/condor/config.d/50-clusterdef.conf':
      content => epp('htcondor/pool.conf.epp', $settings);
    '/etc/condor/config.d/51-clusterdef-slots.conf':
      content => epp('htcondor/slots.conf.epp', {
          'slots'   => $slots,
          'cores'   => $facts['processors']['count'],
          'scratch' => $scratch,
      });
    $scratch:
      ensure => directory,
      owner  => 'condor',
      group  => 'condor',
      mode   => '0755';
    '/etc/condor/passwords.d':
      ensure => directory,
      mode   => '0700';
    '/etc/condor/passwords.d/POOL':
      mode      => '0600',
      content   => Sensitive(htcondor::scrambled($pool_password.unwrap)),
      backup    => false,
      show_diff => false;
  }

  # A restart would end jobs; the master takes nearly everything over when it reads its files again.
  service { $service:
    ensure  => running,
    enable  => true,
    restart => "systemctl reload ${service}",
  }

  # Slots are counted when the worker's daemon starts, and it does that when its last job has ended.
  exec { 'slots are made anew when no job runs':
    command     => 'condor_restart -peaceful -daemon startd',
    path        => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    onlyif      => 'pgrep -x condor_startd',
    refreshonly => true,
    subscribe   => File['/etc/condor/config.d/51-clusterdef-slots.conf'],
    require     => Service[$service],
  }
}
