# @summary Worker of a Slurm cluster: makes itself known to the controller, and runs jobs
#
# @param packages
#   names of the packages
# @param service
#   name of the service
# @param options
#   file with the daemon's options
# @param device
#   first part of the names of graphics processors' devices, before their number
# @param controller
#   machine with the controller
# @param cores
#   processor cores to offer; 0 for as many as the daemon finds
# @param memory_mb
#   memory of the machine in MiB; 0 for as much as there is
# @param reserved_memory
#   memory kept back for the system
# @param gpus
#   graphics processors to offer
# @param features
#   words that jobs and partitions may ask for
class slurm_node (
  Array[String[1]] $packages,
  String[1] $service,
  String[1] $options,
  String[1] $device,
  String[1] $controller,
  Integer[0] $cores,
  Integer[0] $memory_mb,
  Integer[0] $gpus,
  Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $reserved_memory = '2G',
  Array[Pattern[/\A[a-z][a-z0-9_]*\z/]] $features = [],
) {
  package { $packages:
    ensure  => installed,
    require => User['slurm'],
  }

  $there = $memory_mb ? {
    0       => $facts['memory']['system']['total_bytes'] / 1048576,
    default => $memory_mb,
  }
  $words = {
    'CPUs'       => $cores,
    'RealMemory' => max($there - slurm::mib($reserved_memory), $there / 2),
    'Gres'       => $gpus ? { 0 => 0, default => "gpu:${gpus}" },
    'Feature'    => $features ? { [] => 0, default => $features.unique.join(',') },
  }
  $node = $words.filter |$_word, $value| { $value != 0 }.map |$word, $value| { "${word}=${value}" }.join(' ')

  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Package[$packages],
      notify  => Service[$service];
    $options:
      content => "# Managed by Puppet.\nSLURMD_OPTIONS='-Z --conf-server ${controller}:6817 --conf \"${node}\"'\n";
    '/etc/slurm/gpus.conf':
      content => epp('slurm_node/gpus.conf.epp', { 'gpus' => $gpus, 'device' => $device });
    "/etc/systemd/system/${service}.service.d":
      ensure => directory,
      mode   => '0755';
    "/etc/systemd/system/${service}.service.d/clusterdef.conf":
      content => epp('slurm_node/unit.conf.epp', { 'controller' => $controller, 'options' => $options });
    '/usr/local/sbin/slurm-node-changed':
      mode   => '0755',
      source => 'puppet:///modules/slurm_node/slurm-node-changed';
  }

  Service <| title == 'munge' |> -> Service[$service]

  # Without waiting: it is up when the controller has answered, and that may be away.
  service { $service:
    ensure  => running,
    enable  => true,
    start   => "systemctl --no-block start ${service}",
    restart => "systemctl --no-block restart ${service}",
  }

  # What could not be told for the jobs that ran here is told when they are gone.
  exec { 'this worker is told to the controller as it is now':
    command => "systemctl --no-block restart ${service}",
    path    => ['/usr/bin', '/bin'],
    # In no-op the program may not be there yet.
    onlyif  => ['test -x /usr/local/sbin/slurm-node-changed', "/usr/local/sbin/slurm-node-changed --pending ${options}"],
    require => Service[$service],
  }
}
