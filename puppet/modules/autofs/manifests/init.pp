# @summary Home directories and shared data, mounted when they are first used
#
# @param server
#   machine that exports the home directories
# @param packages
#   names of the packages
# @param service
#   name of the service
# @param home
#   the home directories: path on the server and mount point here
# @param shares
#   further directories of that server, each under its own path
# @param maps
#   directories of other servers, or under other paths
# @param options
#   mount options
# @param timeout
#   seconds after which an unused directory is unmounted; 0 for never
class autofs (
  String[1] $server,
  Array[String[1]] $packages,
  String[1] $service,
  String[1] $home = '/export/home',
  Array[String[1]] $shares = [],
  Array[Struct[{ at => String[1], source => String[1], Optional[options] => Array[String[1]] }]] $maps = [],
  Array[String[1]] $options = ['vers=4.2', 'hard', 'nosuid', 'nodev'],
  Integer[0, 86400] $timeout = 600,
) {
  # The server has its directories already.
  $network = $facts['networking']
  $addresses = ([$network] + $network.get('interfaces', {}).values).map |$one| { [$one['ip'], $one['ip6']] }
  $its_own = $server in ([$trusted['certname'], $network['fqdn'], $network['hostname']] + flatten($addresses))
  $from = $server ? {
    /:/     => "[${server}]",
    default => $server,
  }
  $offered = $its_own ? {
    true    => [],
    default => unique([$home] + $shares).map |$path| { { 'at' => $path, 'source' => "${from}:${path}" } },
  }
  $entries = ($offered + $maps).map |$entry| { { 'options' => $options } + $entry }

  package { $packages:
    ensure => installed,
  }

  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Package[$packages],
      notify  => Service[$service];
    '/etc/auto.master.d/clusterdef.autofs':
      content => epp('autofs/master.epp', { 'timeout' => $timeout });
    '/etc/auto.clusterdef':
      content => epp('autofs/map.epp', { 'entries' => $entries });
  }

  # It asks sssd for further maps when it starts. Where the directory is away, our own must not wait a minute and a half.
  ini_setting { 'autofs does not wait long for the directory':
    path    => '/etc/autofs.conf',
    section => ' autofs ',
    setting => 'sss_master_map_wait',
    value   => '1',
    require => Package[$packages],
    before  => Service[$service],
  }

  # Without any entry it would not stay.
  $state = $entries ? {
    []      => stopped,
    default => running,
  }
  # A changed map is read again; what is mounted is left alone.
  service { $service:
    ensure  => $state,
    enable  => !empty($entries),
    restart => "systemctl reload-or-restart ${service}",
  }

  if $facts['os']['selinux']['enabled'] {
    exec { 'programs may use homes on NFS':
      command => 'setsebool -P use_nfs_home_dirs on',
      unless  => 'getsebool use_nfs_home_dirs | grep -q "on$"',
      path    => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    }
  }
}
