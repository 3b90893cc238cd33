# @summary A size such as `1.5G` in whole MiB, as Slurm counts memory
#
# @param size
#   number and unit
# @return [Integer]
#   MiB; what is less than one is lost
function slurm::mib(Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $size) >> Integer {
  $units = { 'K' => 1.0 / 1024, 'M' => 1, 'G' => 1024, 'T' => 1048576 }
  Integer(Float($size[0, -2]) * $units[$size[-1]])
}
