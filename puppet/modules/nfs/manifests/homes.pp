# @summary A timer that makes the homes of users who have none yet
#
# @param home
#   the directory that homes are in
# @param create
#   whether they are made
# @param program
#   the program that makes them
class nfs::homes (
  String[1] $home,
  Boolean $create,
  String[1] $program,
) {
  $there = $create ? {
    true    => file,
    default => absent,
  }
  $units = '/etc/systemd/system'

  file {
    default:
      ensure => $there,
      owner  => 'root',
      group  => 'root',
      mode   => '0644';
    $program:
      mode   => '0755',
      source => 'puppet:///modules/nfs/make-homes.sh';
    "${units}/make-homes.service":
      content => epp('nfs/make-homes.service.epp', { 'program' => $program, 'home' => $home });
    "${units}/make-homes.timer":
      source => 'puppet:///modules/nfs/make-homes.timer';
  }

  if $create {
    service { 'make-homes.timer':
      ensure    => running,
      enable    => true,
      subscribe => File["${units}/make-homes.timer", "${units}/make-homes.service"],
    }
  } else {
    service { 'make-homes.timer':
      ensure => stopped,
      enable => false,
      before => File["${units}/make-homes.timer"],
    }
  }
}
