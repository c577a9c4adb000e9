// Calls with retries and metrics.
#include "operator/kube/client/client.hpp"
#include "services/kit/threads/pause.hpp"
#include "services/kit/time/backoff.hpp"

namespace kube {

namespace {

using std::chrono::milliseconds;

std::string code_text(const ApiError& error) {
  return error.code() == 0 ? "<error>" : std::to_string(error.code());
}

}  // namespace

bool may_retry(const ApiError& error, bool repeatable) {
  if (error.cancelled()) return false;
  switch (error.code()) {
    case 429:  // refused before it was executed
      return true;
    case 0:
    case 500:
    case 502:
    case 503:
    case 504:
      return repeatable;
    default:
      return false;
  }
}

Client::Client(Config config, ClientOptions options, kit::Metrics& metrics)
    : transport_(std::move(config), options.user_agent, options.clocks),
      options_(std::move(options)),
      metrics_(metrics) {}

void Client::count(const std::string& method, const std::string& code) {
  metrics_
      .counter("rest_client_requests_total", "Requests to the API server.",
               {{"code", code}, {"method", method}})
      .Increment();
}

Response Client::once(const Call& call, milliseconds timeout) {
  if (call.method != "GET" && options_.may_write && !options_.may_write()) {
    throw ApiError(0, "Cancelled", "this process may not write any more");
  }
  const auto began = options_.clocks.steady();
  const auto ended = [&](const std::string& code) {
    const std::chrono::duration<double> took = options_.clocks.steady() - began;
    metrics_
        .histogram("rest_client_request_duration_seconds", "How long requests to the API server took.",
                   {{"verb", call.method}})
        .Observe(took.count());
    count(call.method, code);
  };
  try {
    Response response = transport_.send(call, timeout, stop_.get_token());
    if (response.status >= 200 && response.status < 300) {
      ended(std::to_string(response.status));
      return response;
    }
    auto error = api_error(response.status, response.body);
    if (response.retry_after) error.set_retry_after(*response.retry_after);
    throw error;
  } catch (const ApiError& error) {
    ended(code_text(error));
    throw;
  }
}

Response Client::call(const Call& call, bool repeatable) {
  const auto until = options_.clocks.steady() + options_.deadline;
  kit::Backoff backoff(options_.backoff_first, options_.backoff_limit);
  bool credentials_renewed = false;
  for (int tried = 1;; ++tried) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - options_.clocks.steady());
    try {
      return once(call, std::max(milliseconds(1), std::min(options_.timeout, left)));
    } catch (const ApiError& error) {
      if (error.no_response() && !error.cancelled()) transport_.reconnect();
      if (error.unauthorized() && !credentials_renewed && transport_.renew_credentials()) {
        credentials_renewed = true;
        continue;
      }
      if (tried >= options_.tries || !may_retry(error, repeatable)) throw;
      milliseconds wait = backoff.next();
      if (error.retry_after()) wait = std::max(wait, milliseconds(*error.retry_after()));
      if (options_.clocks.steady() + wait >= until) throw;
      const std::string reason = error.code() == 0 ? error.reason() : std::to_string(error.code());
      metrics_.counter("rest_client_retries_total", "Retried requests by reason.", {{"reason", reason}})
          .Increment();
      if (!kit::pause(wait, stop_.get_token())) throw ApiError(0, "Cancelled", "the call was cancelled");
    }
  }
}

std::unique_ptr<LineStream> Client::open(const Call& call, milliseconds silence, std::stop_token stop) {
  try {
    auto out = transport_.open(call, options_.timeout, silence, std::move(stop));
    count("WATCH", "200");
    return out;
  } catch (const ApiError& error) {
    count("WATCH", code_text(error));
    if (error.unauthorized()) transport_.renew_credentials();
    throw;
  }
}

}  // namespace kube
