#!/bin/sh
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs a benchmark in shards on a Slurm cluster, waits, and ends with the exit code of the whole.
#
#   submit.sh FOLDER SHARDS PROGRAM [ARGUMENT...]
#
# FOLDER   on a file system that all nodes share. Journals, logs and reports go there; gates.txt in it holds the gates.
# SHARDS   as many as there are GPUs, or a few times that, so that a slow one holds nothing up.
# PROGRAM  seen by all nodes, too, e.g. in FOLDER.
#
# The same again, when it was cut off, goes on with what is missing.
set -eu
[ $# -ge 3 ] || { echo "usage: submit.sh FOLDER SHARDS PROGRAM [ARGUMENT...]" >&2; exit 2; }
scripts=$(cd "$(dirname "$0")" && pwd)
folder=$1 shards=$2
shift 2
program=$(realpath "$1")
shift
mkdir -p "$folder"

job=$(sbatch --parsable --chdir "$folder" --array "1-$shards" "$scripts/shard.sbatch" "$program" "$@")
echo "shards: job $job"
# After any end: a shard that found a kernel wrong has failed, and the merge is to say so.
exec sbatch --wait --chdir "$folder" --dependency "afterany:${job%%;*}" "$scripts/merge.sbatch" "$program"
