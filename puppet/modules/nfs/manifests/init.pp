# @summary NFS version 4 server: what it offers, to whom, and the homes of users who have none yet
#
# @param clients
#   networks whose machines may mount the directories
# @param packages
#   names of the packages
# @param service
#   name of the service
# @param exports
#   directories that are offered
# @param options
#   export options
# @param threads
#   requests that are served at the same time
# @param home
#   the export that holds the home directories
# @param create_homes
#   make the home directory of every user of the directory who has none yet
class nfs (
  Array[String[1]] $clients,
  Array[String[1]] $packages,
  String[1] $service,
  Array[String[1], 1] $exports = ['/export/home'],
  Array[Pattern[/\A[a-z_]+(=[A-Za-z0-9:\/._-]+)?\z/]] $options = ['rw', 'sync', 'root_squash', 'no_subtree_check'],
  Integer[1, 1024] $threads = 32,
  String[1] $home = '/export/home',
  Boolean $create_homes = true,
) {
  package { $packages:
    ensure => installed,
  }

  # Made where there is none; whose they are and what may be done in them is not said here.
  $exports.each |$path| {
    exec { "directory ${path}":
      command => "mkdir -p -m 0755 '${path}'",
      creates => $path,
      path    => ['/usr/bin', '/bin'],
      before  => Service[$service],
    }
  }

  file {
    default:
      owner   => 'root',
      group   => 'root',
      require => Package[$packages];
    '/etc/exports.d':
      ensure => directory,
      mode   => '0755';
    '/etc/exports.d/clusterdef.exports':
      ensure  => file,
      mode    => '0644',
      content => epp('nfs/exports.epp', { 'exports' => $exports, 'clients' => $clients, 'options' => $options }),
      before  => Service[$service],
      notify  => Exec['exports in force'];
  }

  # The rest of this file stays the package's.
  $settings = { 'threads' => $threads, 'vers3' => 'n', 'vers4' => 'y' }
  $settings.each |$name, $value| {
    ini_setting { "nfs.conf ${name}":
      path    => '/etc/nfs.conf',
      section => 'nfsd',
      setting => $name,
      value   => String($value),
      require => Package[$packages],
      notify  => Service[$service],
    }
  }

  service { $service:
    ensure => running,
    enable => true,
  }

  exec { 'exports in force':
    command     => 'exportfs -ra',
    path        => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    refreshonly => true,
    require     => Service[$service],
  }

  class { 'nfs::homes':
    home   => $home,
    create => $create_homes,
  }
  contain nfs::homes
}
