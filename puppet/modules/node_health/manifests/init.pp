# @summary Looks after a worker every few minutes, and takes it out of the batch system before it eats jobs
#
# @param timer
#   name of the timer
# @param interval
#   minutes between two looks
# @param drain
#   no new jobs while something is wrong; false only writes to the log
# @param mounts
#   directories that must answer
# @param repositories
#   CVMFS repositories that must be mounted
# @param free
#   directories, and how much space must be free there
# @param memory_errors
#   look for memory that the hardware reports as failing
class node_health (
  String[1] $timer,
  Array[String[1]] $repositories,
  Integer[1, 60] $interval = 5,
  Boolean $drain = true,
  Array[String[1]] $mounts = ['/export/home'],
  Hash[String[1], String[1]] $free = { '/' => '1G', '/tmp' => '1G', '/var' => '2G' },
  Boolean $memory_errors = true,
) {
  $units = { 'K' => 1024, 'M' => 1048576, 'G' => 1073741824, 'T' => 1099511627776 }
  $settings = {
    'drain'        => $drain,
    'mounts'       => $mounts,
    'repositories' => $repositories,
    'free'         => Hash($free.map |$path, $size| { [$path, Integer(Float($size[0, -2]) * $units[$size[-1]])] }),
    'memory'       => $memory_errors,
  }

  file {
    default:
      ensure => file,
      owner  => 'root',
      group  => 'root',
      mode   => '0644';
    '/etc/node-health.conf':
      content => epp('node_health/conf.epp', $settings);
    '/usr/local/sbin/node-health':
      mode   => '0755',
      source => 'puppet:///modules/node_health/node-health';
    '/etc/systemd/system/node-health.service':
      source => 'puppet:///modules/node_health/node-health.service',
      notify => Service[$timer];
    "/etc/systemd/system/${timer}":
      content => epp('node_health/timer.epp', { 'interval' => $interval }),
      notify  => Service[$timer];
  }

  service { $timer:
    ensure  => running,
    enable  => true,
    require => File['/etc/node-health.conf', '/usr/local/sbin/node-health'],
  }
}
