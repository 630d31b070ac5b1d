#!/usr/bin/env bash
# Two hosts on one machine: network namespaces a and b, joined by a virtual cable, with names and
# process numbers of their own; processors, memory and files are shared. Linux, root, and iproute2
# are needed.
#
#   Tests/Distributed/hosts.sh up                    makes both hosts
#   Tests/Distributed/hosts.sh run [-n N] COMMAND…   a job of Open MPI with N ranks (default 1) on
#                                                    each host, joined by TCP; its exit code
#   Tests/Distributed/hosts.sh exec a|b COMMAND…     a command on one of them
#   Tests/Distributed/hosts.sh kill-host a|b         as if its power failed: the cable is cut and
#                                                    every process on it killed
#   Tests/Distributed/hosts.sh down                  removes both, and what runs on them
#
# `run` and `exec` make the hosts when there are none, and then remove them in the end. Hosts that
# are needed at the same time for different things have names: HOSTS_NAME=other hosts.sh up. More
# flags for mpirun: HOSTS_MPIRUN_FLAGS="--mca odls_base_sigkill_timeout 4".
set -euo pipefail

name=${HOSTS_NAME:-realign}
[[ $name =~ ^[A-Za-z0-9]{1,20}$ ]] || { echo "error: HOSTS_NAME: letters and digits" >&2; exit 64; }
folder=${TMPDIR:-/tmp}/hosts-$name

fail() {
  echo "error: $1" >&2
  exit "${2:-1}"
}

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2; exit 64; }

# The namespace and the address of a host.
space() { echo "$name-$1"; }
address() { if [ "$1" = a ]; then echo 10.77.0.1; else echo 10.77.0.2; fi; }

exists() { ip netns list | grep -qE "^$(space "$1")( |\$)"; }

# Runs a command on a host, under that host's name, with its own numbering of processes.
on() {
  local host=$1
  shift
  # The inner shell gets names and command as arguments, so nothing is read twice; it stays, as
  # the first process of a numbering is special.
  # shellcheck disable=SC2016
  exec ip netns exec "$(space "$host")" unshare --uts --pid --fork --kill-child --mount-proc \
    bash -c 'hostname "$1" && shift && "$@"; exit $?' bash "host-$host" "$@"
}

up() {
  [ "$(id -u)" = 0 ] || fail "network namespaces need root"
  command -v ip >/dev/null || fail "ip is missing (package iproute2)"
  if exists a || exists b; then fail "there are hosts of the name $name; remove them by down"; fi
  mkdir -p "$folder"
  # Open MPI starts its daemons with: agent ADDRESS COMMAND…, the command for a shell, as ssh takes.
  # When the power of its host fails, the agent finds out after 8 seconds, as does
  # ssh -o ServerAliveInterval=2 -o ServerAliveCountMax=4; without that, mpirun waits for minutes.
  cat >"$folder/agent" <<AGENT
#!/usr/bin/env bash
case \$1 in $(address a)) host=a ;; $(address b)) host=b ;; *) exit 68 ;; esac
shift
HOSTS_NAME='$name' '$(realpath "$0")' exec "\$host" bash -c "\$*"
code=\$?
if [ \$code = 137 ]; then sleep 8; exit 255; fi
exit \$code
AGENT
  chmod +x "$folder/agent"
  ip netns add "$(space a)"
  ip netns add "$(space b)"
  ip link add eth0 netns "$(space a)" type veth peer name eth0 netns "$(space b)"
  for host in a b; do
    ip -n "$(space "$host")" address add "$(address "$host")/24" dev eth0
    ip -n "$(space "$host")" link set lo up
    ip -n "$(space "$host")" link set eth0 up
  done
}

kill_processes() {
  local pids
  pids=$(ip netns pids "$(space "$1")" 2>/dev/null || true)
  # Some may have ended since.
  # shellcheck disable=SC2086
  [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
}

down() {
  for host in a b; do
    exists "$host" || continue
    kill_processes "$host"
    ip netns delete "$(space "$host")"
  done
  rm -rf "$folder"
}

kill_host() {
  exists "$1" || fail "there is no host $1 of the name $name"
  # First the cable, so that the other host hears nothing of the processes' end.
  ip -n "$(space "$1")" link set eth0 down
  kill_processes "$1"
}

# Hosts for one command, unless they are there.
borrow() {
  if exists a && exists b; then return; fi
  trap down EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  up
}

run() {
  local ranks=1 code=0
  if [ "${1:-}" = -n ]; then
    ranks=${2:-}
    [[ $ranks =~ ^[1-9][0-9]?$ ]] || fail "ranks on each host: found $ranks, expected 1 to 99" 64
    shift 2
  fi
  [ $# -gt 0 ] || usage
  command -v mpirun >/dev/null || fail "mpirun is missing (package openmpi-bin)"
  borrow
  local flags=()
  read -ra flags <<<"${HOSTS_MPIRUN_FLAGS:-}"
  (on a env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun \
    --mca plm_rsh_agent "$folder/agent" --mca oob_tcp_if_include eth0 \
    --mca btl tcp,self --mca btl_tcp_if_include eth0 --mca pml ob1 \
    --bind-to none --oversubscribe "${flags[@]}" \
    -H "$(address a):$ranks,$(address b):$ranks" -n $((2 * ranks)) "$@") || code=$?
  exit $code
}

case ${1:-} in
  up | down)
    [ $# = 1 ] || usage
    "$1"
    ;;
  run)
    shift
    run "$@"
    ;;
  exec | kill-host)
    action=$1
    shift
    [[ ${1:-} =~ ^[ab]$ ]] || usage
    if [ "$action" = kill-host ]; then
      [ $# = 1 ] || usage
      kill_host "$1"
    else
      [ $# -gt 1 ] || usage
      borrow
      code=0
      (on "$@") || code=$?
      exit $code
    fi
    ;;
  *) usage ;;
esac
