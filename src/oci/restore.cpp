#include "oci/restore.h"

#include <signal.h>

#include <algorithm>
#include <format>
#include <ranges>

#include "migrate/oci/files.h"
#include "oci/failure.h"
#include "oci/hook.h"
#include "oci/wait.h"
#include "os/command.h"
#include "os/file.h"

namespace drover::oci {
namespace {

using migrate::Offer;
using migrate::RendezvousFiles;

// A restore of many gigabytes takes minutes; the hook has a limit of its own.
constexpr Duration kRestoreLimit = std::chrono::hours(1);

// Permission: the annotation alone is only a request, which anybody who may create a pod can write.
Result<Offer> read_offer(const RendezvousFiles& files, const RestoreRequest& request) {
  auto offer = os::read_file(files.offer()).and_then(migrate::offer_from_json);
  if (!offer) return not_found(std::format("no such migration here ({})", offer.error().what));
  if (offer->id.str() != request.migration || offer->container != request.container) {
    return invalid(std::format("{} offers container '{}' of migration {}", files.offer().string(),
                               offer->container, offer->id));
  }
  return offer;
}

Result<RendezvousFiles> find_rendezvous(const RestoreRequest& request,
                                        const Environment& environment) {
  if (environment.restores.empty())
    return unavailable("DROVER_RESTORES is not set, so no migration can be offered");
  return RendezvousFiles{environment.restores / request.migration / request.container};
}

Result<> check_images(const Offer& offer) {
  if (os::exists(offer.image_path / "inventory.img")) return {};
  return not_found(
      std::format("{} holds no checkpoint (no inventory.img)", offer.image_path.string()));
}

// From here on this checkpoint can never be restored again, even if we are killed at once.
Result<> consume(const RendezvousFiles& files) {
  return os::create_exclusive(files.consumed(), "").transform_error([&](const Error& error) {
    if (error.code != Code::kConflict) return error;
    return Error{Code::kConflict, std::format("this checkpoint was consumed before ({})",
                                              files.consumed().string())};
  });
}

// CRIU's parser mishandles quotes and blanks, and CRIU hands the script's path to a shell.
Result<> check_plain(const std::filesystem::path& path) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("_./+=:,@%-").contains(static_cast<char>(c));
  };
  if (std::ranges::all_of(path.string(), plain)) return {};
  return invalid(
      std::format("{}: CRIU needs a path of letters, digits and _./+=:,@%- only", path.string()));
}

Result<> install_hook(const RendezvousFiles& files, const RestoreRequest& request) {
  const auto script = files.dir / kHookName;
  return check_plain(script)
      .and_then([] { return os::self_exe(); })
      .and_then([&](const os::Path& self) -> Result<> {
        std::error_code error;
        std::filesystem::create_symlink(self, script, error);
        if (error && error != std::errc::file_exists)
          return os::system_error(script.string(), error.value());
        return {};
      })
      // Our own lock holds the network; CRIU's would need iptables, and would fall too early.
      .and_then([&] {
        return os::publish(request.criu_config,
                           std::format("network-lock skip\naction-script {}\n", script.string()));
      });
}

std::vector<std::string> runc_arguments(const std::filesystem::path& runc,
                                        const RestoreCommand& command, const Offer& offer) {
  std::vector<std::string> argv{runc};
  argv.insert(argv.end(), command.global.begin(), command.global.end());
  for (const auto* flag : {"restore", "--detach", "--tcp-established", "--file-locks"})
    argv.emplace_back(flag);
  for (const auto& [flag, value] : {std::pair{"--bundle", command.bundle},
                                    {"--image-path", offer.image_path},
                                    {"--work-path", offer.work_path}}) {
    argv.emplace_back(flag);
    argv.push_back(value);
  }
  if (!command.pid_file.empty()) argv.insert(argv.end(), {"--pid-file", command.pid_file});
  argv.insert(argv.end(), command.extra.begin(), command.extra.end());
  argv.push_back(command.id);
  return argv;
}

Result<os::ExitStatus> run_restore(const std::vector<std::string>& argv,
                                   const Environment& environment) {
  // From here on only the agent decides. Were this process ended by a signal, the restore would go
  // on without anybody to report it.
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);
  // runc gives its own 0, 1 and 2 to the container, in place of the pipes that it had on its old
  // node.
  return os::Child::spawn({.argv = argv,
                           .env = {{"PATH", path_for_criu(environment)}},
                           .stdin_fd = 0,
                           .stdout_fd = 1,
                           .stderr_fd = 2})
      .and_then([](os::Child child) { return child.wait(kRestoreLimit); });
}

Result<> check_pid_file(const RestoreCommand& command) {
  if (command.pid_file.empty() || !os::read_file(command.pid_file).value_or("").empty()) return {};
  return internal(
      std::format("runc restored the container but wrote no {}", command.pid_file.string()));
}

Result<> run(const RestoreCommand& command, const RestoreRequest& request, const Offer& offer,
             const Environment& environment) {
  const auto runc = find_runc(environment);
  if (!runc) return std::unexpected(runc.error());
  const auto ended = run_restore(runc_arguments(*runc, command, offer), environment);
  if (!ended) return std::unexpected(ended.error());
  if (ended->ok()) {
    return check_pid_file(command).and_then(
        [&] { return os::publish(restored_mark(command.root, command.id), ""); });
  }
  remove_criu_tables(request.netns);
  return unavailable(explain_failure(offer.work_path / "restore.log", ended->exit_code));
}

Result<> restore_once(const RendezvousFiles& files, const RestoreRequest& request,
                      const RestoreCommand& command, const Environment& environment) {
  const auto offer = read_offer(files, request);
  if (!offer) return std::unexpected(offer.error());
  const auto allowed =
      install_hook(files, request)
          .and_then(
              [&] { return wait_for(files.ready(), files.abort(), environment.restore_timeout); })
          .and_then([&] { return check_images(*offer); })
          .and_then([&] { return consume(files); });
  if (!allowed) return allowed;
  auto done = run(command, request, *offer, environment);
  (void)os::remove_tree(
      request.criu_config);  // the container keeps the name for life, but not our hook
  if (!done && os::exists(files.abort())) return conflict("the migration was aborted");
  return done;
}

// What the agent reads; written for a refusal too, so that it need not wait.
Result<> leave_result(const RendezvousFiles& files, const Result<>& result) {
  const migrate::RestoreEnd end{.exit_code = result ? 0 : 1,
                                .error = result ? "" : result.error().what};
  return os::publish(files.done(), migrate::end_to_json(end));
}

}  // namespace

std::filesystem::path restored_mark(const std::filesystem::path& root, const std::string& id) {
  return root / id / "drover-restored";
}

Result<> restore(const RestoreRequest& request, const RestoreCommand& command,
                 const Environment& environment) {
  const auto files = find_rendezvous(request, environment);
  if (!files) return std::unexpected(files.error());
  if (os::exists(files->consumed()))
    return consume(*files);  // the result there is that of the first
  auto result = restore_once(*files, request, command, environment);
  // A copy that runs is the workload from the commit on: a result that could not be written does
  // not change that.
  if (os::exists(files->offer())) (void)leave_result(*files, result);
  return result;
}

}  // namespace drover::oci
