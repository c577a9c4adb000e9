#include "services/kit/http/server/server.hpp"

#include "services/kit/http/pistache/pistache_adapter.hpp"
#include "services/kit/http/server/decode.hpp"
#include "services/kit/http/server/exchange.hpp"
#include "services/kit/http/wire/connection_sweeper.hpp"
#include "services/kit/http/wire/response_wire.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/threads/worker_pool.hpp"

#include <signal.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace kit::http {
namespace {

constexpr int max_body_files = 2;  // at once, which bounds the disk space

std::string allow_header(const std::vector<Method>& methods) {
  std::string out;
  for (const auto method : methods) out += (out.empty() ? "" : ", ") + std::string(to_string(method));
  return out;
}

}  // namespace

class Server::Impl : public ConnectionHost,
                     public PistacheListener::Clients,
                     public std::enable_shared_from_this<Server::Impl> {
 public:
  Impl(ServerOptions options, Router router, Gatekeeper gate, Metrics& metrics)
      : options_(std::move(options)),
        router_(std::move(router)),
        all_{std::move(gate), options_.map_error, ServerMetrics(metrics, options_.name)} {
    limits_.receive = options_.receive_limit;
    limits_.idle = options_.idle_limit;
    limits_.stream = options_.stream_limit;
    limits_.reader.head =
        std::min<std::size_t>(limits_.reader.head, static_cast<std::size_t>(options_.max_request_bytes));
    limits_.reader.request = [this](const RawRequest& head) { return body_limit(head); };
    limits_.reader.file = [this](const RawRequest& head) { return body_place(head); };
    own_limits_ = std::any_of(router_.routes().begin(), router_.routes().end(),
                              [](const Route& r) { return r.max_request_bytes; });
    spools_ =
        std::any_of(router_.routes().begin(), router_.routes().end(), [](const Route& r) { return r.spool; });
  }

  void start() {
    signal(SIGPIPE, SIG_IGN);
    workers_.emplace(static_cast<std::size_t>(options_.workers), static_cast<std::size_t>(options_.queue));
    const auto& routes = router_.routes();
    if (std::any_of(routes.begin(), routes.end(), may_be_heavy))
      heavy_.emplace(static_cast<std::size_t>(options_.heavy_workers),
                     static_cast<std::size_t>(options_.heavy_queue));
    all_.metrics.limits(options_.workers + (heavy_ ? options_.heavy_workers : 0),
                        options_.queue + (heavy_ ? options_.heavy_queue : 0));
    sweeper_.emplace();
    listener_.emplace(options_.address, options_.port, options_.reactors, *this);
  }

  std::uint16_t port() const { return listener_ ? listener_->port() : 0; }

  void announce_end() { all_.leaving = true; }

  int drain() {
    const int left = send_clients_away(Deadline::in(options_.drain));
    if (left > 0) log::warn("requests abandoned", {{"count", left}});
    stop();
    return left;
  }

  // PistacheListener::Clients
  std::shared_ptr<Connection> opened(int fd, std::string address) override;

  // ConnectionHost
  void on_request(const std::shared_ptr<Connection>& connection, RawRequest request) override;
  std::string refusal(const FramingError& error) override;
  void watch(const std::shared_ptr<Connection>& connection) override { sweeper_->watch(connection); }
  bool hold(std::ptrdiff_t bytes) override {
    return held_.fetch_add(bytes) + bytes <= static_cast<std::ptrdiff_t>(options_.max_held_bytes);
  }
  void closed() override { --open_; }
  void stop();

 private:
  std::size_t body_limit(const RawRequest& head) const;
  ReaderLimits::Place body_place(const RawRequest& head) const;
  /// Completes the exchange's request; throws Problem when no handler is to run.
  void resolve(Exchange& exchange, RawRequest raw, const std::string& address) const;
  /// Until all clients have gone. Returns how many requests were abandoned at the deadline.
  int send_clients_away(Deadline deadline);

  const ServerOptions options_;
  const Router router_;
  Exchanges all_;
  ConnectionLimits limits_;
  bool own_limits_ = false;
  bool spools_ = false;
  const std::shared_ptr<std::atomic<int>> body_files_ = std::make_shared<std::atomic<int>>(0);
  std::atomic<std::ptrdiff_t> held_{0};
  std::atomic<int> open_{0};
  std::optional<WorkerPool> workers_;
  std::optional<WorkerPool> heavy_;  ///< only when a route needs it
  std::optional<ConnectionSweeper> sweeper_;
  std::optional<PistacheListener> listener_;
};

std::shared_ptr<Connection> Server::Impl::opened(int fd, std::string address) {
  if (open_ >= options_.max_connections) {
    log::warn("connection refused", {{"limit", options_.max_connections}});
    all_.metrics.shed_connections.Increment();
    return nullptr;
  }
  auto connection = Connection::open(fd, std::move(address), shared_from_this(), limits_);
  if (!connection) return nullptr;
  ++open_;
  sweeper_->add(connection);
  return connection;
}

std::size_t Server::Impl::body_limit(const RawRequest& head) const {
  const auto usual = static_cast<std::size_t>(options_.max_request_bytes);
  if (!own_limits_) return usual;
  const auto found = router_.match(parse_method(head.method), split_target(head.target).path);
  const auto* match = std::get_if<Router::Match>(&found);
  return match && match->route->max_request_bytes ? match->route->max_request_bytes : usual;
}

/// A file for the body of a spooled route, after the gatekeeper: others must not fill the disk.
ReaderLimits::Place Server::Impl::body_place(const RawRequest& head) const {
  if (!spools_) return {};
  const auto method = parse_method(head.method);
  auto found = router_.match(method, split_target(head.target).path);
  auto* match = std::get_if<Router::Match>(&found);
  if (!match || !match->route->spool) return {};
  try {
    Request request = decode(head, {});
    request.method = *method;
    request.params = std::move(match->params);
    request.pattern = match->route->pattern;
    if (all_.gate) all_.gate(request, *match->route);
    if (*body_files_ >= max_body_files) throw problem::overloaded(5);
    return std::make_shared<BodyFile>(body_files_);
  } catch (const Problem& problem) {
    return FramingError{problem.status(), problem.title(), problem.detail(), problem.headers()};
  } catch (const std::exception& error) {
    log::error("no file for a body", {{"what", error.what()}});
    return FramingError{503, "Unavailable", "There is no room for the body.", {{"Retry-After", "10"}}};
  }
}

void Server::Impl::resolve(Exchange& exchange, RawRequest raw, const std::string& address) const {
  const auto method = parse_method(raw.method);
  if (method) exchange.method = to_string(*method);
  auto found = router_.match(method, split_target(raw.target).path);
  Request request = decode(std::move(raw), address);
  if (std::holds_alternative<Router::NotFound>(found)) throw problem::not_found("Not found");
  if (const auto* other = std::get_if<Router::NotAllowed>(&found))
    throw Problem(405, "Method not allowed").header("Allow", allow_header(other->allowed));
  auto& match = std::get<Router::Match>(found);
  exchange.route = match.route;
  if (match.route->deadline.count() > 0) exchange.allow(match.route->deadline);
  request.method = *method;
  request.params = std::move(match.params);
  request.pattern = match.route->pattern;
  request.request_id = std::move(exchange.request.request_id);
  request.trace = std::move(exchange.request.trace);
  request.deadline = exchange.request.deadline;
  exchange.request = std::move(request);
}

void Server::Impl::on_request(const std::shared_ptr<Connection>& connection, RawRequest raw) {
  const auto exchange = std::make_shared<Exchange>(all_, connection, raw, options_.deadline);
  try {
    resolve(*exchange, std::move(raw), connection->address());
  } catch (const Problem& problem) {
    return exchange->fail(problem);
  }
  const Route& route = *exchange->route;
  if (route.lane == Lane::Direct) return exchange->run();
  const bool heavy = route.lane == Lane::Heavy || (route.heavy && route.heavy(exchange->request));
  connection->set_pending(exchange);
  all_.metrics.queued.Increment();
  auto& workers = heavy ? *heavy_ : *workers_;
  const bool taken = workers.submit([this, exchange] {
    all_.metrics.queued.Decrement();
    exchange->run();
  });
  if (taken) return;
  all_.metrics.queued.Decrement();
  all_.metrics.shed_full.Increment();
  exchange->fail(problem::overloaded());
}

std::string Server::Impl::refusal(const FramingError& error) {
  all_.metrics.answered(nullptr, "other", error.status, 0);
  Problem problem(error.status, error.title, error.detail);
  for (const auto& [name, value] : error.headers) problem.header(name, value);
  auto response = Response::problem(problem);
  const auto id = request_id_of({});
  response.headers.set("X-Request-Id", id);
  log::debug("request refused", {{"request_id", id}, {"status", error.status}, {"why", error.title}});
  return to_wire(response, {.keep_alive = false});
}

/// Closes connections gracefully, repeatedly, because new ones still arrive and their requests are answered.
/// They are cut off once nothing has been in flight for a moment, or at the deadline: Pistache leaks the
/// sockets that are open when it is destroyed.
int Server::Impl::send_clients_away(Deadline deadline) {
  constexpr std::chrono::milliseconds quiet_time{300};
  constexpr std::chrono::milliseconds to_notice{2000};  // for clients to notice it
  all_.draining = true;
  auto quiet = Deadline::in(quiet_time);
  std::optional<Deadline> end;
  int left = 0;
  while (open_ > 0 && !(end && end->passed())) {
    if (!end && (quiet.passed() || deadline.passed())) {
      left = all_.in_flight;
      end = Deadline::in(to_notice);
    }
    bool owed = false;
    for (const auto& connection : sweeper_->connections()) owed |= connection->shut(end.has_value());
    if (owed) quiet = Deadline::in(quiet_time);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return left;
}

/// Each part is stopped before the parts that it calls are destroyed.
void Server::Impl::stop() {
  if (sweeper_ && listener_ && !all_.draining)
    send_clients_away(Deadline::in(std::chrono::milliseconds(300)));
  listener_.reset();
  if (workers_) workers_->stop();
  if (heavy_) heavy_->stop();
  if (sweeper_) {
    sweeper_->stop();
    for (const auto& connection : sweeper_->connections()) connection->shut(true);
  }
  workers_.reset();
  heavy_.reset();
  sweeper_.reset();
}

Server::Server(ServerOptions options, Router router, Gatekeeper gatekeeper, Metrics& metrics)
    : impl_(std::make_shared<Impl>(std::move(options), std::move(router), std::move(gatekeeper), metrics)) {}

Server::~Server() { impl_->stop(); }

void Server::start() { impl_->start(); }

std::uint16_t Server::port() const { return impl_->port(); }

void Server::announce_end() { impl_->announce_end(); }

int Server::drain() { return impl_->drain(); }

}  // namespace kit::http
