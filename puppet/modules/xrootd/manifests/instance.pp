# @summary The daemons of one machine in one role: their configuration, their user and their services
#
# @param role
#   `manager` sends clients on, `server` has files and reports to a manager, `alone` has files
# @param manager
#   who sends clients here
# @param storage
#   directory below which the files are
# @param writable
#   whether clients may also write and remove files
# @param hostname
#   name that the daemons take for this machine's own
# @param startup
#   seconds after its start that a manager lets clients wait, until its servers have reported
define xrootd::instance (
  Enum['manager', 'server', 'alone'] $role,
  Optional[String[1]] $manager = undef,
  Optional[String[1]] $storage = undef,
  Boolean $writable = true,
  Optional[String[1]] $hostname = undef,
  Integer[1] $startup = 90,
) {
  include xrootd

  $daemons = ['xrootd', 'cmsd'].map |$name| { "${name}@${title}" }

  file {
    default:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Class['xrootd'],
      notify  => Service[$daemons];
    "/etc/xrootd/xrootd-${title}.cfg":
      content => epp('xrootd/instance.cfg.epp', {
        'role'     => $role,
        'manager'  => $manager,
        'storage'  => $storage,
        'writable' => $writable,
        'paths'    => $xrootd::paths,
        'cms_port' => $xrootd::cms_port,
        'startup'  => $startup,
        'security' => $xrootd::security,
      });
    $daemons.map |$name| { "/etc/systemd/system/${name}.service.d" }:
      ensure => directory,
      mode   => '0755',
      notify => undef;
  }

  $daemons.each |$daemon| {
    file { "/etc/systemd/system/${daemon}.service.d/clusterdef.conf":
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => epp('xrootd/unit.conf.epp', {
        'daemon'   => $daemon.split('@')[0],
        'instance' => $title,
        'user'     => $xrootd::user,
        'group'    => $xrootd::group,
        'hostname' => $hostname,
      }),
      notify  => Service[$daemon],
    }
  }

  # Alone there is nobody to report to.
  $reports = $role != 'alone'
  $ensure = $reports ? {
    true  => running,
    false => stopped,
  }
  service {
    default:
      ensure    => running,
      enable    => true,
      subscribe => Class['xrootd'];
    $daemons[0]:
      ;
    $daemons[1]:
      ensure => $ensure,
      enable => $reports;
  }
}
