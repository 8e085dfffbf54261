#include "cli/bench_by_hand.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <format>
#include <functional>

#include <nlohmann/json.hpp>

#include "os/cgroup.h"
#include "os/clock.h"
#include "os/command.h"
#include "os/netlink.h"

namespace drover::cli {
namespace {

using nlohmann::json;

constexpr const char* kContainer = "redis";
constexpr const char* kAddress = "10.78.0.100";
constexpr const char* kCopyPort = "7000";
constexpr const char* kTar = "/usr/bin/tar";                 // and not busybox's
constexpr const char* kTarBlocks = "--blocking-factor=512";  // of 512 bytes
constexpr Duration kLimit{120'000};
constexpr Duration kKillLimit{10'000};

// Machine i = 0, 1 has 10.78.0.(10+i), and its container's namespace 10.78.0.(20+i); the Redis has
// an address that goes with it. Two namespaces a machine, since CRIU locks the container's for
// everything while it dumps.
std::string machine_address(std::size_t machine) { return std::format("10.78.0.{}", 10 + machine); }
std::string container_address(std::size_t machine) {
  return std::format("10.78.0.{}", 20 + machine);
}
std::string pod_cidr() { return std::format("{}/32", kAddress); }
std::string container_mac(std::size_t machine) {
  return std::format("02:00:0a:4e:00:{:02x}", 20 + machine);
}

std::int64_t folder_bytes(const os::Path& folder) {
  std::int64_t sum = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) {
    sum += entry.is_regular_file() ? static_cast<std::int64_t>(entry.file_size()) : 0;
  }
  return sum;
}

Result<> in_order(std::initializer_list<std::function<Result<>()>> steps) {
  for (const auto& step : steps) {
    if (auto done = step(); !done) {
      return done;
    }
  }
  return {};
}

}  // namespace

struct ByHand::Parts {
  ByHandOptions options;
  os::NetNamespace network;
  std::array<os::NetNamespace, 2> machines;
  std::array<os::NetNamespace, 2> containers;
  std::size_t at = 0;  // the machine the Redis is on
  int moves = 0;

  [[nodiscard]] os::Path bundle(std::size_t machine) const {
    return options.folder / std::format("bundle{}", machine);
  }
  [[nodiscard]] os::Path runc_root(std::size_t machine) const {
    return options.folder / std::format("runc{}", machine);
  }
  [[nodiscard]] os::Path images(std::size_t machine) const {
    return options.folder / std::format("images{}-{}", machine, moves);
  }
  [[nodiscard]] os::Path log(std::size_t machine) const {
    return options.folder / std::format("runc{}.log", machine);
  }
  [[nodiscard]] std::size_t other() const { return 1 - at; }

  Result<> make_network() const;
  Result<> attach(const os::NetNamespace& to, const std::string& link,
                  const std::string& address) const;
  Result<> write_bundle(std::size_t machine) const;
  Result<> runc(std::size_t machine, std::vector<std::string> words) const;
  Result<> start_redis() const;
  Result<> set_address(std::size_t machine) const;
  Result<os::Child> receive() const;
  Result<> checkpoint() const;
  Result<> copy(os::Child& receiver) const;
  Result<> move_address() const;
  Result<> restore() const;
  Result<> forget_source() const;
  void clean_up() const;
};

// br0 and the client are in `network`; every other namespace has one end of a link on that bridge.
Result<> ByHand::Parts::make_network() const {
  return os::run_in(network, [&] {
    return in_order({[] { return os::create_bridge("br0"); }, [] { return os::set_up("br0"); },
                     [] { return os::add_address("br0", "10.78.0.1/24"); },
                     [&] { return attach(machines[0], "m0", machine_address(0)); },
                     [&] { return attach(machines[1], "m1", machine_address(1)); },
                     [&] { return attach(containers[0], "c0", container_address(0)); },
                     [&] { return attach(containers[1], "c1", container_address(1)); }});
  });
}

Result<> ByHand::Parts::attach(const os::NetNamespace& to, const std::string& link,
                               const std::string& address) const {
  const auto mac = address == container_address(0)   ? container_mac(0)
                   : address == container_address(1) ? container_mac(1)
                                                     : std::string();
  return in_order({[&] {
                     return os::create_veth(
                         {.end = {.name = link},
                          .peer = {.name = "eth0", .mac = mac, .net_namespace = to.fd()}});
                   },
                   [&] { return os::set_master(link, "br0"); }, [&] { return os::set_up(link); },
                   [&] {
                     return os::run_in(to, [&] {
                       return in_order({[] { return os::set_up("eth0"); },
                                        [&] { return os::add_address("eth0", address + "/24"); }});
                     });
                   }});
}

// runc's own default, with Redis in it and the machine's network.
Result<> ByHand::Parts::write_bundle(std::size_t machine) const {
  const auto config_file = bundle(machine) / "config.json";
  return os::make_dirs(bundle(machine))
      .and_then([&] { return os::run_ok({.argv = {"runc", "spec", "--bundle", bundle(machine)}}); })
      .and_then([&](const std::string&) { return os::read_file(config_file); })
      .and_then([&](const std::string& text) -> Result<> {
        auto config = json::parse(text, nullptr, false);
        if (config.is_discarded()) {
          return unavailable("runc spec wrote no JSON");
        }
        config["process"]["terminal"] = false;
        config["process"]["cwd"] = "/tmp";
        config["process"]["args"] = {
            "redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "",
            "--appendonly", "no"};
        config["root"] = {{"path", options.image.string()}, {"readonly", true}};
        config["mounts"].push_back(
            {{"destination", "/tmp"}, {"type", "tmpfs"}, {"source", "tmpfs"}});
        config["linux"]["cgroupsPath"] =
            std::format("{}/{}{}", options.cgroup, kContainer, machine);
        // The Debian root has no iptables, which is CRIU's default for its lock.
        config["annotations"]["org.criu.config"] = (options.folder / "criu.conf").string();
        for (auto& entry : config["linux"]["namespaces"]) {
          if (entry["type"] == "network") {
            entry["path"] =
                std::format("/proc/{}/fd/{}", os::identify_self().pid, containers[machine].fd());
          }
        }
        return os::atomic_write(config_file, config.dump(2));
      });
}

// runc's output is not ours to read: the container keeps it open.
Result<> ByHand::Parts::runc(std::size_t machine, std::vector<std::string> words) const {
  const auto null = os::open_file("/dev/null", O_RDWR);
  if (!null) {
    return std::unexpected(null.error());
  }
  std::vector<std::string> argv{"runc", "--root", runc_root(machine), "--log", log(machine)};
  std::ranges::move(words, std::back_inserter(argv));
  const auto done = os::run({.argv = std::move(argv),
                             .cwd = bundle(machine),
                             .stdout_fd = null->get(),
                             .stderr_fd = null->get(),
                             .private_mounts = true,
                             .timeout = kLimit});
  if (!done || done->ok()) {
    return done ? Result<>{} : std::unexpected(done.error());
  }
  return unavailable(
      std::format("by hand: runc failed: {}", os::read_file(log(machine)).value_or("no log")));
}

Result<> ByHand::Parts::start_redis() const { return runc(at, {"run", "--detach", kContainer}); }

// The address leads to the machine: on its link, and in the client's neighbour table.
Result<> ByHand::Parts::set_address(std::size_t machine) const {
  return os::run_in(containers[machine], [] { return os::add_address("eth0", pod_cidr()); })
      .and_then([&] {
        return os::run_in(
            network, [&] { return os::set_neighbour("br0", kAddress, container_mac(machine)); });
      });
}

// tar reads and writes the connection itself, in large pieces: nc would copy it in small ones.
Result<os::Child> ByHand::Parts::receive() const {
  const auto folder = images(other());
  return os::make_dirs(folder).and_then([&] {
    return os::Child::spawn({.argv = {"busybox", "nc", "-l", "-p", kCopyPort, "-e", kTar, "-x",
                                      kTarBlocks, "-C", folder},
                             .net_namespace = machines[other()].fd()});
  });
}

Result<> ByHand::Parts::checkpoint() const {
  return os::make_dirs(images(at)).and_then([&] {
    return runc(at, {"checkpoint", "--tcp-established", "--file-locks", "--image-path", images(at),
                     "--work-path", options.folder, kContainer});
  });
}

Result<> ByHand::Parts::copy(os::Child& receiver) const {
  const os::Command sender{.argv = {"busybox", "nc", machine_address(other()), kCopyPort, "-e",
                                    kTar, "-c", kTarBlocks, "-C", images(at), "."},
                           .net_namespace = machines[at].fd(),
                           .timeout = kLimit};
  return os::run_ok(sender)
      .and_then([&](const std::string&) { return receiver.wait(kLimit); })
      .and_then([](os::ExitStatus status) {
        return status.ok() ? Result<>{} : unavailable("by hand: the receiver of the images failed");
      });
}

Result<> ByHand::Parts::move_address() const {
  return os::run_in(containers[at], [] { return os::delete_address("eth0", pod_cidr()); })
      .and_then([&] { return set_address(other()); });
}

Result<> ByHand::Parts::restore() const {
  return runc(other(), {"restore", "--detach", "--tcp-established", "--file-locks", "--image-path",
                        images(other()), "--work-path", options.folder, kContainer});
}

// CRIU leaves its lock on the machine that the container has left.
Result<> ByHand::Parts::forget_source() const {
  return os::run_ok({.argv = {"nft", "flush", "ruleset"}, .net_namespace = containers[at].fd()})
      .and_then([&](const std::string&) { return os::remove_tree(images(at)); })
      .and_then([&] { return os::remove_tree(images(other())); });
}

void ByHand::Parts::clean_up() const {
  for (std::size_t machine = 0; machine < machines.size(); ++machine) {
    (void)runc(machine, {"delete", "--force", kContainer});
  }
  if (auto tree = os::CgroupTree::open(options.cgroup)) {
    (void)tree->kill_all(kKillLimit);
    (void)tree->remove();
  }
  (void)os::remove_tree(options.folder);
}

ByHand::ByHand(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ByHand::ByHand(ByHand&&) noexcept = default;
ByHand& ByHand::operator=(ByHand&&) noexcept = default;
ByHand::~ByHand() {
  if (parts_) {
    parts_->clean_up();
  }
}

Result<ByHand> ByHand::start(const ByHandOptions& options) {
  std::vector<os::NetNamespace> spaces;
  for (int i = 0; i < 5; ++i) {
    auto one = os::NetNamespace::create();
    if (!one) {
      return std::unexpected(doing("the baseline by hand")(one.error()));
    }
    spaces.push_back(std::move(*one));
  }
  ByHand made(
      std::make_unique<Parts>(Parts{.options = options,
                                    .network = std::move(spaces[0]),
                                    .machines = {std::move(spaces[1]), std::move(spaces[2])},
                                    .containers = {std::move(spaces[3]), std::move(spaces[4])}}));
  const auto& parts = *made.parts_;
  return in_order({[&] { return os::make_dirs(options.folder); },
                   [&] {
                     return os::atomic_write(options.folder / "criu.conf",
                                             "network-lock nftables\n");
                   },
                   [&] { return parts.make_network(); }, [&] { return parts.set_address(0); },
                   [&] { return parts.write_bundle(0); }, [&] { return parts.write_bundle(1); },
                   [&] { return parts.start_redis(); }})
      .transform([&] { return std::move(made); })
      .transform_error(doing("the baseline by hand"));
}

const os::NetNamespace& ByHand::network() const { return parts_->network; }

RedisTarget ByHand::target() const { return {.address = kAddress}; }

Result<BenchRun> ByHand::migrate() {
  ++parts_->moves;
  auto receiver = parts_->receive();
  if (!receiver) {
    return std::unexpected(receiver.error());
  }
  BenchRun run;
  const os::Stopwatch watch;
  const auto timed = [&](const char* name, const std::function<Result<>()>& work) {
    const auto start = static_cast<double>(watch.elapsed().count()) / 1000;
    auto done = work();
    run.phases.push_back({.name = name,
                          .start_s = start,
                          .end_s = static_cast<double>(watch.elapsed().count()) / 1000});
    return done;
  };
  return timed("dump", [&] { return parts_->checkpoint(); })
      .and_then([&] { return timed("transfer", [&] { return parts_->copy(*receiver); }); })
      .and_then([&] { return timed("address", [&] { return parts_->move_address(); }); })
      .and_then([&] { return timed("restore", [&] { return parts_->restore(); }); })
      .and_then([&] {
        run.bytes = folder_bytes(parts_->images(parts_->other()));
        return parts_->forget_source();
      })
      .transform([&] {
        parts_->at = parts_->other();
        return std::move(run);
      })
      .transform_error(doing("the baseline by hand"));
}

}  // namespace drover::cli
