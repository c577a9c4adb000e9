#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/kit/http/message.hpp"

namespace kit::http {

/// Runs concurrently on several workers, so it must be thread-safe; it may block, but not beyond request.deadline.
/// Throws Problem for errors; anything else that it throws becomes a 500 that says nothing of the cause.
using Handler = std::function<Response(const Request&)>;

/// Where a handler runs.
enum class Lane {
  Work,    ///< on a worker: may use database, other services, argon2
  Direct,  ///< on the reactor itself: must not block at all (liveness, cached reads)
};

struct Route {
  Method method;
  std::string pattern;  ///< "/users/{id}"; "{rest*}" as the last segment takes all that follows
  Handler handler;
  Lane lane = Lane::Work;
};

/// Routes by method and path. Filled before serving, then only read.
class Router {
 public:
  /// Throws std::logic_error when the pattern is malformed or the route is there already.
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
  std::variant<Match, NotAllowed, NotFound> match(Method method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace kit::http
