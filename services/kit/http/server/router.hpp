#pragma once
#include "services/kit/http/message/message.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kit::http {

/// Runs concurrently on several workers, so it must be thread-safe; it may block until request.deadline.
/// Throws Problem for errors; exceptions that the ErrorMapper does not know become a 500 without details.
using Handler = std::function<Response(const Request&)>;

/// Calls a const method of `object`, which must outlive the router.
template <class T>
Handler handler_of(const T& object, Response (T::*method)(const Request&) const) {
  return [&object, method](const Request& request) { return (object.*method)(request); };
}

/// Where a handler runs.
enum class Lane {
  Work,    ///< on a worker: may use the database and other services
  Heavy,   ///< on one of a few separate workers: for work that takes much CPU (argon2)
  Direct,  ///< on the reactor: must not block (liveness, cached reads)
};

struct Route {
  Method method;
  std::string pattern;  ///< "/users/{id}"
  Handler handler;
  Lane lane = Lane::Work;
  /// Headers and body; 0: ServerOptions::max_request_bytes. For imports and uploads.
  std::size_t max_request_bytes = 0;
  /// Spools the body to a file (Request::body_file) after the gatekeeper has let the head pass: for large
  /// bodies.
  bool spool = false;
  /// From the request's arrival to its response; 0: ServerOptions::deadline.
  std::chrono::milliseconds deadline{0};
  /// For a route in Lane::Work: which requests belong into Lane::Heavy. Called on the reactor, before the
  /// gatekeeper.
  std::function<bool(const Request&)> heavy = {};
};

/// Whether some of its requests run in Lane::Heavy.
inline bool may_be_heavy(const Route& route) { return route.lane == Lane::Heavy || route.heavy; }

/// Routes by method and path. Filled before serving, then only read.
class Router {
 public:
  /// Throws std::logic_error when the pattern is malformed or the route exists.
  Router& add(Route route);
  Router& add(Method method, std::string pattern, Handler handler, Lane lane = Lane::Work);
  Router& get(std::string pattern, Handler handler, Lane lane = Lane::Work);
  Router& post(std::string pattern, Handler handler);
  Router& put(std::string pattern, Handler handler);
  Router& patch(std::string pattern, Handler handler);
  Router& del(std::string pattern, Handler handler);

  struct Match {
    const Route* route;
    std::map<std::string, std::string, std::less<>> params;  ///< percent-decoded
  };
  struct NotAllowed {
    std::vector<Method> allowed;
  };
  struct NotFound {};
  /// `path` is raw (still percent-encoded). Literal segments win over parameters; HEAD falls back to GET.
  /// An unknown method (nullopt) is NotAllowed where the path exists.
  std::variant<Match, NotAllowed, NotFound> match(std::optional<Method> method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  using Segments = std::vector<std::string>;
  std::optional<Match> find(Method method, const Segments& path) const;

  std::vector<Route> routes_;
  std::vector<Segments> patterns_;  ///< of the routes, split
};

}  // namespace kit::http
