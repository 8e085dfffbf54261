// Where a node keeps its pods: the one place that knows the names.
//
//   <node>/runc/                              runc --root
//   <node>/restores/<migration>/<container>/  rendezvous of a restore
//   (docs/formats/restore-rendezvous.md) <node>/pods/<pod>/pod.json                desired PodSpec
//   <node>/pods/<pod>/sandbox.json            namespace holder {"pid","start_ticks"}
//   <node>/pods/<pod>/etc/{hosts,hostname,resolv.conf}
//   <node>/pods/<pod>/volumes/<name>/         emptyDir
//   <node>/pods/<pod>/shm/                    /dev/shm, one for all containers of the pod
//   <node>/pods/<pod>/containers/<c>/bundle/{config.json,rootfs/}
//   <node>/pods/<pod>/containers/<c>/{upper,work}/  overlay; upper/ is the delta that a migration
//   copies <node>/pods/<pod>/containers/<c>/{log,criu.conf,shim.json,status.json,pid}
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/id.h"

namespace drover::cluster::pods {

struct ContainerPaths {
  std::filesystem::path dir;
  [[nodiscard]] std::filesystem::path bundle() const { return dir / "bundle"; }
  [[nodiscard]] std::filesystem::path config() const { return bundle() / "config.json"; }
  [[nodiscard]] std::filesystem::path rootfs() const { return bundle() / "rootfs"; }
  [[nodiscard]] std::filesystem::path upper() const { return dir / "upper"; }
  [[nodiscard]] std::filesystem::path work() const { return dir / "work"; }
  [[nodiscard]] std::filesystem::path log() const { return dir / "log"; }
  [[nodiscard]] std::filesystem::path criu_config() const { return dir / "criu.conf"; }
  [[nodiscard]] std::filesystem::path shim() const { return dir / "shim.json"; }
  [[nodiscard]] std::filesystem::path status() const { return dir / "status.json"; }
  [[nodiscard]] std::filesystem::path pid() const { return dir / "pid"; }
};

struct PodPaths {
  std::filesystem::path dir;
  [[nodiscard]] std::filesystem::path spec() const { return dir / "pod.json"; }
  [[nodiscard]] std::filesystem::path sandbox() const { return dir / "sandbox.json"; }
  [[nodiscard]] std::filesystem::path etc() const { return dir / "etc"; }
  [[nodiscard]] std::filesystem::path shm() const { return dir / "shm"; }
  [[nodiscard]] std::filesystem::path volume(std::string_view name) const {
    return dir / "volumes" / name;
  }
  [[nodiscard]] ContainerPaths container(std::string_view name) const {
    return {dir / "containers" / name};
  }
};

struct NodePaths {
  std::filesystem::path dir;  // absolute
  [[nodiscard]] std::filesystem::path runc() const { return dir / "runc"; }
  [[nodiscard]] std::filesystem::path pods() const { return dir / "pods"; }
  [[nodiscard]] std::filesystem::path restores() const { return dir / "restores"; }
  [[nodiscard]] std::filesystem::path restore(const MigrationId& migration,
                                              std::string_view container) const {
    return restores() / migration.str() / container;
  }
  [[nodiscard]] PodPaths pod(std::string_view name) const { return {pods() / name}; }
};

// The id by which runc knows a container. Container names have no dots, so it is unique on the
// node.
inline std::string runc_id(std::string_view pod, std::string_view container) {
  return std::string(pod) + "." + std::string(container);
}

}  // namespace drover::cluster::pods
