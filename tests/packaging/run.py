#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What packagers get: run.py KIND --source DIR --build DIR --work DIR --cmake PATH --cxx PATH --generator NAME

KIND is archive, pkg_config, conan, vcpkg or spack. Each installs assay in its way, as far as a machine without that tool's
registry can, and builds a program with what came out. Exit status 77: the tool is not here."""
import argparse
import json
import os
import pathlib
import re
import runpy
import shutil
import subprocess
import sys
import types

parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=["archive", "pkg_config", "conan", "vcpkg", "spack"])
for name in ("source", "build", "work"):
    parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
for name in ("cmake", "cxx", "generator"):
    parser.add_argument(f"--{name}", required=True)
given = parser.parse_args()
program = given.source / "tests" / "consumers" / "measure_only.cpp"


def run(*command, **settings):
    print("+", *command, flush=True)
    return subprocess.run([str(one) for one in command], check=True, text=True, **settings)


def fail(why):
    sys.exit(f"FAILED: {why}")


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def version():
    header = (given.source / "include/assay/core/version.hpp").read_text()
    return ".".join(re.search(rf"#define ASSAY_VERSION_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))


def build_with(prefix):
    """A project that finds assay in `prefix`; that of Conan's test package, since it is the least."""
    folder = given.work / "project"
    run(given.cmake, "-S", given.source / "packaging/conan/test_package", "-B", folder, "-G", given.generator,
        f"-DCMAKE_CXX_COMPILER={given.cxx}", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Debug")
    found = re.search(r"assay_DIR:PATH=(.*)", (folder / "CMakeCache.txt").read_text())[1]
    if not pathlib.Path(found).is_relative_to(prefix):
        fail(f"another assay was found: {found}")
    run(given.cmake, "--build", folder)
    run(folder / "measure_only")


def archive():
    cpack = pathlib.Path(given.cmake).with_name("cpack")
    run(cpack, "-G", "TGZ", "-B", given.work, "--config", given.build / "CPackConfig.cmake", stdout=subprocess.DEVNULL)
    name = f"assay-{version()}"
    shutil.unpack_archive(given.work / f"{name}.tar.gz", given.work)
    if not (given.work / name / "share/assay/LICENSE").is_file():
        fail("the archive has no licence")
    build_with(given.work / name)


def pkg_config():
    if not shutil.which("pkg-config"):
        skip("no pkg-config")
    prefix = given.work / "prefix"
    run(given.cmake, "--install", given.build, "--prefix", prefix, stdout=subprocess.DEVNULL)
    settings = dict(os.environ, PKG_CONFIG_PATH=str(prefix / "share/pkgconfig"))

    def ask(*options):
        return run("pkg-config", *options, "assay", env=settings, stdout=subprocess.PIPE).stdout.strip()

    ask("--validate")
    if ask("--modversion") != version():
        fail(f"its version is {ask('--modversion')}, assay's is {version()}")
    if not (pathlib.Path(ask("--variable=sources")) / "main.cpp").is_file():
        fail("its `sources` is not where main.cpp lies")
    run(given.cxx, "-std=c++20", program, *ask("--cflags", "--libs").split(), "-o", given.work / "measure_only")
    run(given.work / "measure_only")


def conan():
    fetched = given.source / "build" / "python" / "conan"  # where ./dev puts what it takes from PyPI
    tool = shutil.which("conan") or shutil.which("conan", path=fetched / "bin")
    if not tool:
        skip("no conan")
    settings = dict(os.environ, CONAN_HOME=str(given.work / "home"), CXX=given.cxx)
    settings["PYTHONPATH"] = os.pathsep.join(filter(None, [str(fetched), settings.get("PYTHONPATH")]))
    recipe = shutil.copytree(given.source / "packaging/conan", given.work / "source/packaging/conan")
    # Conan writes into the folder of a test package, so all is copied.
    for name in ("include", "src", "cmake", "tests/consumers"):
        shutil.copytree(given.source / name, given.work / "source" / name)
    for name in ("CMakeLists.txt", "LICENSE"):
        shutil.copy(given.source / name, given.work / "source")
    run(tool, "profile", "detect", env=settings, stdout=subprocess.DEVNULL)
    # What the main() needs would come from Conan's registry.
    made = run(tool, "create", recipe, "-o", "&:with_main=False", "-s", "compiler.cppstd=20", env=settings,
               stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    print(made)
    if f"assay/{version()}" not in made:
        fail("the package has another version")


def vcpkg():
    port = given.source / "packaging/vcpkg/assay"
    manifest = json.loads((port / "vcpkg.json").read_text())
    if manifest["version"] != version():
        fail(f"vcpkg.json says {manifest['version']}, assay is {version()}")
    # vcpkg's own functions, in the few lines that they come down to.
    prefix, build = given.work / "packages", given.work / "build"
    stand_in = given.work / "vcpkg.cmake"
    stand_in.write_text(f"""
cmake_minimum_required(VERSION 3.25)
set(CURRENT_PACKAGES_DIR "{prefix}")
function(run)
  execute_process(COMMAND ${{ARGN}} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "vcpkg_cmake_configure: ${{arg_UNPARSED_ARGUMENTS}}")
  endif()
  run("{given.cmake}" -S "${{arg_SOURCE_PATH}}" -B "{build}" -G "{given.generator}"
    "-DCMAKE_CXX_COMPILER={given.cxx}" -DCMAKE_BUILD_TYPE=Release ${{arg_OPTIONS}})
endfunction()
function(vcpkg_cmake_install)
  run("{given.cmake}" --build "{build}")
  run("{given.cmake}" --install "{build}" --prefix "${{CURRENT_PACKAGES_DIR}}")
endfunction()
function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
  file(COPY_FILE "${{arg_FILE_LIST}}" "${{CURRENT_PACKAGES_DIR}}/share/assay/copyright")
endfunction()
include("{port}/portfile.cmake")
""")
    run(given.cmake, "-P", stand_in)
    if not (prefix / "share/assay/copyright").is_file():
        fail("there is no copyright file")
    build_with(prefix)


def spack():
    """Runs the recipe with a stand-in for Spack's directives, and CMake with the arguments that it gives."""
    said = {}
    stand_in = types.ModuleType("spack.package")

    class CMakePackage:
        @staticmethod
        def define(name, value):
            return f"-D{name}={value}"

    stand_in.CMakePackage = CMakePackage
    for directive in ("license", "version", "variant", "depends_on", "conflicts"):
        setattr(stand_in, directive, lambda *what, name=directive, **how: said.setdefault(name, []).append((what, how)))
    sys.modules["spack"], sys.modules["spack.package"] = types.ModuleType("spack"), stand_in
    recipe = runpy.run_path(str(given.source / "packaging/spack/packages/assay/package.py"))["Assay"]
    if pathlib.Path(recipe.git.removeprefix("file://")) != given.source.resolve():
        fail(f"the recipe installs {recipe.git}, not this checkout")
    needs = [what[0] for what, how in said["depends_on"]]
    minimum = re.search(r"cmake_minimum_required\(VERSION ([\d.]+)", (given.source / "CMakeLists.txt").read_text())[1]
    if f"cmake@{minimum}:" not in needs:
        fail(f"the recipe asks for {needs}, CMakeLists.txt for CMake {minimum}")
    prefix = given.work / "prefix"
    run(given.cmake, "-S", given.source, "-B", given.work / "build", "-G", given.generator,
        f"-DCMAKE_CXX_COMPILER={given.cxx}", f"-DCMAKE_INSTALL_PREFIX={prefix}", *recipe().cmake_args())
    run(given.cmake, "--install", given.work / "build", stdout=subprocess.DEVNULL)
    build_with(prefix)


shutil.rmtree(given.work, ignore_errors=True)
given.work.mkdir(parents=True)
globals()[given.kind]()
