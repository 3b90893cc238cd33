# @summary A size such as `1.5G` in whole megabytes, at least one: Java takes no part of one
#
# @param size
#   a number and K, M, G or T
function puppet_server::megabytes(Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $size) >> Integer[1] {
  $in_megabytes = { 'K' => 1.0 / 1024, 'M' => 1, 'G' => 1024, 'T' => 1024 * 1024 }
  max(1, Integer(Float($size[0, -2]) * $in_megabytes[$size[-1]]))
}
