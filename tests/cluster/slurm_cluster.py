# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""A Slurm cluster on this machine, in a folder of its own: munged, the controller, and several node daemons, each with one
processor and one made-up GPU. Needs root, and slurm-wlm of Debian, whose slurmd is built to run several times on one host."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

programs = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "sinfo"]


def why_not():
    """Why there can be no cluster here; None where there can."""
    absent = [name for name in programs if not shutil.which(name)]
    if absent:
        return f"not here: {', '.join(absent)} (Debian: slurm-wlm)"
    if os.geteuid() != 0:
        return "not root, and Slurm's daemons start the jobs of others"
    return None


def wait_until(what, condition, seconds=60):
    """What the condition gives once it is true."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.1)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Cluster:
    def __init__(self, folder, nodes):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)  # munged insists that anybody could reach its socket
        self.nodes = nodes
        self.processes = []
        self.daemons = {}
        ports = free_ports(1 + len(nodes))
        host = socket.gethostname()
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o400)
        (self.folder / "state").mkdir()
        for node in nodes:
            (self.folder / f"spool-{node}").mkdir()
        (self.folder / "gres.conf").write_text(f"NodeName={','.join(nodes)} Name=gpu File=/dev/null\n")
        # A node that has not answered for SlurmdTimeout is down; what ran on it waits cred_expire before it starts again.
        (self.folder / "slurm.conf").write_text(f"""ClusterName=assay
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={self.folder}/munge.socket,cred_expire=5
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool-%n
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd-%n.pid
SlurmctldLogFile={self.folder}/slurmctld.log
SlurmdLogFile={self.folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,sched_min_interval=0
SlurmdParameters=config_overrides
SlurmdTimeout=5
MessageTimeout=2
TCPTimeout=1
KillWait=2
MinJobAge=3600
GresTypes=gpu
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""" + "".join(f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 Gres=gpu:1\n"
              for node, port in zip(nodes, ports[1:])))
        # What it starts is known by this variable.
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("SLURM")}
        self.environment |= {"SLURM_CONF": str(self.folder / "slurm.conf"), "ASSAY_TEST_CLUSTER": str(self.folder)}

    def __enter__(self):
        try:
            files = [f"--{name}-file={self.folder}/munge.{name}" for name in ("key", "pid", "log", "seed")]
            self.start("munged", "munged", "--foreground", f"--socket={self.folder}/munge.socket", *files)
            wait_until("munged", (self.folder / "munge.socket").exists)
            self.start("slurmctld", "slurmctld", "-D")
            for node in self.nodes:
                self.start(node, "slurmd", "-D", "-N", node)
            wait_until("all nodes are idle", lambda: list(self.states().values()) == ["idle"] * len(self.nodes))
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, *_):
        if kind:
            for log in sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")]):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}", flush=True)
        # Jobs first: the daemons would wait for them.
        for pid in self.processes_with():
            self.kill(pid)
        for daemon in self.daemons.values():
            daemon.wait(30)

    def start(self, name, *command):
        with open(self.folder / f"{name}.out", "w") as output:
            self.daemons[name] = subprocess.Popen(command, env=self.environment | {"ASSAY_TEST_NODE": name}, stdout=output,
                                                  stderr=subprocess.STDOUT, cwd=self.folder)

    def run(self, *command, **options):
        """Exit code and output."""
        done = subprocess.run(list(map(str, command)), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=120, **options)
        return done.returncode, done.stdout

    def states(self):
        """What the controller takes each node for: idle, alloc, down, …; a star is one that does not answer."""
        return dict(line.split() for line in self.run("sinfo", "-h", "-N", "-o", "%N %t")[1].splitlines()
                    if len(line.split()) == 2)

    def jobs(self):
        """What is known of each job, by key; ended ones as well."""
        lines = self.run("scontrol", "show", "job", "--oneliner")[1].splitlines()
        return [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in lines if "JobId=" in line]

    def processes_with(self, **variables):
        """The processes that this cluster started, daemons, their steps and jobs, whose environment has these."""
        wanted = {f"{key}={value}".encode() for key, value in
                  (variables | {"ASSAY_TEST_CLUSTER": str(self.folder)}).items()}
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if wanted <= set((process / "environ").read_bytes().split(b"\0")):
                    found.append(int(process.name))
            except OSError:  # has ended meanwhile
                pass
        return found

    @staticmethod
    def kill(pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def lose(self, node):
        """The node as it is after a power cut: its daemon, the daemons of its steps and all that they ran are gone, at
        once and unasked. Returns how many processes that were."""
        lost = self.processes_with(ASSAY_TEST_NODE=node) + self.processes_with(SLURMD_NODENAME=node)
        for pid in lost:
            self.kill(pid)
        self.daemons.pop(node).wait(30)
        return len(set(lost))
