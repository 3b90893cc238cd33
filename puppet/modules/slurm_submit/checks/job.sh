# A program of a user's own, on its whole way: compiled here, submitted, run by a worker, its output back.
set -eu
command -v cc >/dev/null || { echo "there is no C compiler here: install gcc"; exit 1; }
setting=$(grep -s '^SLURM_CONF_SERVER=' /etc/environment) && export "${setting?}"

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
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

# The program goes with the job, so that no directory need be shared.
# shellcheck disable=SC2016  # the worker's shell is meant
there='program=$(mktemp) && trap "rm -f $program" EXIT && cat >"$program" && chmod 700 "$program" && "$program"'
cd /
said=$(srun --quiet --job-name=accept --ntasks=1 --time=5 sh -c "$there" <"$place/job")
echo "$said"
case $said in
  "ran on "*" as user $(id -u)") ;;
  *) echo "that is not what the program says"; exit 1 ;;
esac
