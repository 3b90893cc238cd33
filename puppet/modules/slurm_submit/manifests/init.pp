# @summary Where users submit Slurm jobs: every session knows where the commands get their configuration
#
# @param controller
#   machine with the controller
class slurm_submit (
  String[1] $controller,
) {
  # Read by PAM for whoever logs in, in whatever way, and for cron.
  ini_setting { 'sessions know the controller of Slurm':
    path              => '/etc/environment',
    section           => '',
    setting           => 'SLURM_CONF_SERVER',
    value             => "${controller}:6817",
    key_val_separator => '=',
  }
}
