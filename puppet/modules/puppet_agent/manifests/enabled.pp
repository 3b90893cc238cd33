# @summary What comes after a run in which nothing failed: the agent may run by itself, and its token is no longer needed
#
# @param place
#   directory of puppet.conf
class puppet_agent::enabled (
  String[1] $place,
) {
  service { 'puppet':
    ensure => running,
    enable => true,
  }

  # Holds the token by which the certificate was signed.
  file { "${place}/csr_attributes.yaml":
    ensure    => absent,
    backup    => false,
    show_diff => false,
  }
}
