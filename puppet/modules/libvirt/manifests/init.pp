# @summary Host of virtual machines
#
# @param packages
#   what is installed
# @param sockets
#   units that libvirt is spoken to through; it ends by itself when nobody does
# @param services
#   units that must be there when the host comes up, for machines and networks that start with it
# @param guests
#   settings of the unit that shuts machines down with their host
# @param program
#   where the program is put that has machines start with their host
# @param images
#   directory of the virtual disks
# @param tree
#   where the generated definitions are
class libvirt (
  Array[String[1], 1] $packages,
  Array[String[1], 1] $sockets,
  Array[String[1], 1] $services,
  String[1] $guests,
  String[1] $program,
  String[1] $tree,
  String[1] $images = '/var/lib/libvirt/images',
) {
  $definitions = "${tree}/current/libvirt"

  package { $packages:
    ensure => installed,
  }

  # Passed through, never listed: each disk belongs to whom libvirt gives it.
  file { $images:
    ensure  => directory,
    owner   => 'root',
    group   => 'root',
    mode    => '0711',
    seltype => 'virt_image_t',
    require => Package[$packages],
  }

  service { $sockets:
    ensure  => running,
    enable  => true,
    require => Package[$packages],
  }
  service { $services:
    enable  => true,
    require => Package[$packages],
  }

  file {
    default:
      ensure => file,
      owner  => 'root',
      group  => 'root';
    $guests:
      mode    => '0644',
      content => epp('libvirt/guests.epp'),
      require => Package[$packages];
    $program:
      mode   => '0755',
      source => 'puppet:///modules/libvirt/autostart.sh';
  }

  # It does its work when the host goes down.
  service { 'libvirt-guests.service':
    ensure  => running,
    enable  => true,
    require => [File[$guests], Service[$sockets]],
  }

  exec {
    default:
      path        => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
      environment => ['LIBVIRT_DEFAULT_URI=qemu:///system', 'LC_ALL=C'],
      provider    => shell,
      require     => Service[$sockets];
    # Only the one that the package brings: its bridge tells.
    "libvirt's own network is gone":
      command => 'virsh -q net-destroy default; virsh -q net-undefine default',
      onlyif  => "virsh net-dumpxml default 2>/dev/null | grep -q \"name='virbr0'\"";
    'virtual machines start with their host':
      command => "${program} ${definitions}",
      # In no-op the program may not be there yet.
      unless  => "test -x ${program} && ${program} --check ${definitions}",
      require => [Service[$sockets], File[$program]];
  }
}
