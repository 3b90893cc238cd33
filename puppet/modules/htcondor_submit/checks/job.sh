# A program of a user's own, on its whole way: compiled here, submitted, run by a worker, its output back.
set -eu
command -v cc >/dev/null || { echo "there is no C compiler here: install gcc"; exit 1; }

place=$(mktemp -d)
job=
trap 'test -z "$job" || condor_rm "$job" >/dev/null 2>&1 || true; rm -rf "$place"' EXIT
cd "$place"

cat >job.c <<'END'
#include <stdio.h>
#include <unistd.h>

int main(void) {
  char name[256];
  if (gethostname(name, sizeof name)) return 1;
  printf("ran on %s as user %ld\n", name, (long)getuid());
  return 0;
}
END
cc -o job job.c

cat >job.sub <<'END'
executable = job
output = output
error = error
log = log
should_transfer_files = YES
when_to_transfer_output = ON_EXIT
queue
END
job=$(condor_submit -terse job.sub | sed 's/ .*//')
condor_wait -wait 570 log >/dev/null || { condor_q -better-analyze "$job" || true; exit 1; }
job=

cat error output
# The user that a job runs as on a worker is the pool's business.
case $(cat output) in
  "ran on "*" as user "*) ;;
  *) echo "that is not what the program says"; exit 1 ;;
esac
