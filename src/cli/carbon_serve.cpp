#include "cli/carbon_serve.h"

#include <charconv>
#include <cstdio>
#include <format>
#include <memory>
#include <optional>
#include <print>

#include "api/limits.h"
#include "cli/bearer.h"
#include "cli/carbon_service.h"
#include "os/signal.h"

namespace drover::cli {
namespace {

using Transport = os::HttpServer::Transport;

constexpr int kConnections = 256;  // each has a thread for as long as it is kept
constexpr Duration kIdle = std::chrono::seconds{5};
constexpr Duration kPeerTimeout = std::chrono::seconds{10};

struct Settings {
  std::string store;
  bool synthetic = false;
  std::uint64_t seed = 1;
  std::string listen = "127.0.0.1:8008";
  std::string certificate;
  std::string key;
  std::string token_file;
  std::string kind = "average";
  std::string scope = "direct";
  std::string basis;
  std::string source;
  std::string now;

  [[nodiscard]] bool tls() const { return !certificate.empty(); }
};

void add_data_options(CLI::App& app, Settings& settings) {
  auto* store = app.add_option("--store", settings.store, "database to read")->type_name("DB");
  auto* synthetic = app.add_flag("--synthetic", settings.synthetic,
                                 "the built-in synthetic grid instead of a store");
  store->excludes(synthetic);
  app.add_option("--seed", settings.seed, "of the synthetic grid")->capture_default_str();
  app.add_option("--kind", settings.kind, "average or marginal, where a request does not say")
      ->capture_default_str()
      ->type_name("KIND");
  app.add_option("--scope", settings.scope, "direct or lifecycle, where a request does not say")
      ->capture_default_str()
      ->type_name("SCOPE");
  app.add_option("--basis", settings.basis,
                 "unstated, consumption or production, where a request does not say; by default "
                 "whichever there is")
      ->type_name("BASIS");
  app.add_option("--source", settings.source,
                 "of the data, where a request does not say; by default whichever there is")
      ->type_name("NAME");
  app.add_option("--now", settings.now, "answer as at this time; by default the real one")
      ->type_name("TIME");
}

void add_server_options(CLI::App& app, Settings& settings) {
  app.add_option("--listen", settings.listen,
                 "IPv4 address and port, 0 for any free one; without TLS a loopback address")
      ->capture_default_str()
      ->type_name("ADDRESS:PORT");
  auto* certificate = app.add_option("--tls-cert", settings.certificate,
                                     "serve HTTPS with this certificate (PEM, with its chain)")
                          ->type_name("FILE");
  auto* key = app.add_option("--tls-key", settings.key, "its private key (PEM)")->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  app.add_option("--token-file", settings.token_file,
                 "answer only who shows the token in this file (Authorization: Bearer …)")
      ->type_name("FILE");
}

struct ListenAddress {
  std::string host;
  int port = 0;
};

Result<ListenAddress> parse_listen(const std::string& text) {
  constexpr int kMostPort = 65535;
  const auto colon = text.rfind(':');
  int port = -1;
  if (colon != std::string::npos) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    port = error == std::errc{} && stop == end ? port : -1;
  }
  if (port < 0 || port > kMostPort) {
    return invalid(
        std::format("--listen: '{}' is not an address and port; use 127.0.0.1:8008, "
                    "with port 0 for any free one",
                    text));
  }
  return ListenAddress{.host = text.substr(0, colon), .port = port};
}

Result<api::Quantity> quantity_of(const Settings& settings) {
  const auto kind = carbon::parse_kind(settings.kind).transform_error(doing("--kind"));
  const auto scope = carbon::parse_scope(settings.scope).transform_error(doing("--scope"));
  if (!kind || !scope) {
    return std::unexpected(kind ? scope.error() : kind.error());
  }
  api::Quantity quantity{.kind = *kind, .scope = *scope, .basis = {}, .source = settings.source};
  if (settings.basis.empty()) {
    return quantity;
  }
  return carbon::parse_basis(settings.basis)
      .transform_error(doing("--basis"))
      .transform([&](carbon::Basis basis) {
        quantity.basis = basis;
        return quantity;
      });
}

Result<std::unique_ptr<Clock>> clock_of(const Settings& settings) {
  if (settings.now.empty()) {
    return std::make_unique<os::RealClock>();
  }
  return parse_time(settings.now).transform_error(doing("--now")).transform([](Instant now) {
    return std::unique_ptr<Clock>(std::make_unique<ManualClock>(now));
  });
}

Result<std::optional<std::string>> token_of(const Settings& settings) {
  if (settings.token_file.empty()) {
    return std::nullopt;
  }
  return read_token(settings.token_file)
      .transform_error(doing("--token-file"))
      .transform([](std::string token) { return std::optional(std::move(token)); });
}

Result<os::HttpServer> make_server(const Settings& settings) {
  return os::HttpServer::make(
      {.tls = {.ca = {}, .certificate = settings.certificate, .key = settings.key},
       .transport = settings.tls() ? Transport::kTls : Transport::kPlain,
       .format_error = api::server_problem,
       .body_limit = Bytes{api::kMaxBodyBytes},
       .upload_limit = Bytes{api::kMaxBodyBytes},
       .timeout = kPeerTimeout,
       .keep_alive = kIdle,
       .connections = kConnections});
}

api::Guard guard_of(const std::optional<std::string>& token) {
  return [token](const api::CarbonRoute& route, os::HttpHandler handler) {
    return token && !route.open ? with_token(*token, std::move(handler)) : handler;
  };
}

void announce(const Settings& settings, const std::string& host, int port) {
  std::println("serving {}://{}:{}/ from {}{}", settings.tls() ? "https" : "http", host, port,
               settings.synthetic ? "the SYNTHETIC grid" : settings.store,
               settings.token_file.empty() ? "" : ", for who shows the token");
  std::fflush(stdout);  // a caller that waits for the port reads a pipe
}

Result<int> serve(const Settings& settings, os::HttpServer& server, os::SignalWaiter& signals) {
  return parse_listen(settings.listen)
      .and_then([&](const ListenAddress& listen) {
        return server.bind(listen.host, listen.port, "--listen").transform([&](int port) {
          return ListenAddress{.host = listen.host, .port = port};
        });
      })
      .and_then([&](const ListenAddress& bound) {
        return server.start().transform([&] { announce(settings, bound.host, bound.port); });
      })
      .and_then([&] { return signals.wait(); })
      .transform([&](auto /*signal*/) -> int {
        server.stop();
        return kExitOk;
      });
}

Result<int> run(const Settings& settings) {
  auto signals = os::SignalWaiter::for_termination();
  const auto quantity = quantity_of(settings);
  const auto clock = clock_of(settings);
  const auto token = token_of(settings);
  if (!signals || !quantity) {
    return std::unexpected(signals ? quantity.error() : signals.error());
  }
  if (!clock || !token) {
    return std::unexpected(clock ? token.error() : clock.error());
  }
  CarbonService::Options options{.store = {}, .seed = settings.seed, .otherwise = *quantity};
  if (!settings.synthetic) {
    options.store = settings.store;
  }
  const auto service = CarbonService::make(options, **clock);
  auto server = make_server(settings);
  if (!service || !server) {
    return std::unexpected(service ? server.error() : service.error());
  }
  api::add_carbon_routes(*server, (*service)->api(), guard_of(*token));
  return serve(settings, *server, *signals);
}

}  // namespace

void add_carbon_serve(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<Settings>();
  add_data_options(app, *settings);
  add_server_options(app, *settings);
  app.callback([settings] {
    if (settings->store.empty() && !settings->synthetic) {
      throw CLI::RequiredError("--store DB or --synthetic");
    }
  });
  action = [settings] { return run(*settings); };
}

}  // namespace drover::cli
