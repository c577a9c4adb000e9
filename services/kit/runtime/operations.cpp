#include "services/kit/runtime/operations.hpp"

#include "services/kit/db/database.hpp"
#include "services/kit/http/client/client.hpp"
#include "services/kit/http/idempotency/idempotent_request.hpp"
#include "services/kit/log/log.hpp"

namespace kit::runtime {

void add_operations(http::Router& router, Health& health, Metrics& metrics) {
  router.get(
      "/livez", [](const http::Request&) { return http::Response::text("ok\n"); }, http::Lane::Direct);
  router.get(
      "/readyz",
      [&health](const http::Request&) {
        const auto report = health.latest();
        return http::Response::json(report.body, report.ready ? 200 : 503);
      },
      http::Lane::Direct);
  router.get("/metrics", [&metrics](const http::Request&) {
    return http::Response::text(metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
  });
}

std::optional<Problem> map_error(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const db::Unavailable& e) {
    log::warn("database unavailable", {{"error", e.what()}});
    return problem::unavailable("The database");
  } catch (const pqxx::in_doubt_error&) {
    log::error("the fate of a commit is unknown");
    return Problem(503, "Unavailable",
                   "It is not known whether this took effect; ask again with the same Idempotency-Key.")
        .header("Retry-After", "2");
  } catch (const db::KeyReused&) {
    return http::key_reused();
  } catch (const http::Unreachable& e) {
    log::warn("another service unreachable", {{"error", e.what()}});
    return problem::unavailable("A service that this one needs");
  } catch (...) {
    return std::nullopt;  // the server's own wrapper reports it
  }
}

}  // namespace kit::runtime
