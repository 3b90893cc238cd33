# @summary Web caches as CernVM-FS takes them: machines spread over all of them, and go without one only when none answers
#
# @param proxies
#   URLs, and DIRECT for no cache
function cvmfs::proxies(Array[String[1]] $proxies) >> String[1] {
  $caches = $proxies.filter |$one| { $one != 'DIRECT' }.join('|')
  $direct = $caches.empty or 'DIRECT' in $proxies
  [$caches, $direct ? { true => 'DIRECT', default => '' }].filter |$one| { !$one.empty }.join(';')
}
