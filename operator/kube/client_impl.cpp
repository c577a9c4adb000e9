#include "operator/kube/client_impl.hpp"

#include "services/kit/time/backoff.hpp"
#include "services/kit/time/deadline.hpp"

namespace kube {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class Stopwatch {
 public:
  explicit Stopwatch(prometheus::Histogram& into) : into_(into) {}
  ~Stopwatch() { into_.Observe(std::chrono::duration<double>(Clock::now() - began_).count()); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  prometheus::Histogram& into_;
  Clock::time_point began_ = Clock::now();
};

std::string code_text(const ApiError& error) {
  return error.code() == 0 ? "<error>" : std::to_string(error.code());
}

}  // namespace

bool may_retry(const ApiError& error, bool repeatable) {
  if (error.cancelled()) return false;
  switch (error.code()) {
    case 429:  // refused before anything was done
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

Client::Impl::Impl(Config config, ClientOptions options, kit::Metrics& metrics)
    : transport_(std::move(config), options.user_agent), options_(std::move(options)), metrics_(metrics) {}

void Client::Impl::cancel() { stop_.request_stop(); }

void Client::Impl::count(const std::string& method, const std::string& code) {
  metrics_
      .counter("rest_client_requests_total", "Requests to the API server.",
               {{"code", code}, {"method", method}})
      .Increment();
}

bool Client::Impl::pause(milliseconds time) {
  std::unique_lock guard(pause_lock_);
  paused_.wait_for(guard, stop_.get_token(), time, [] { return false; });
  return !stop_.stop_requested();
}

Answer Client::Impl::once(const Call& call, milliseconds timeout) {
  const Stopwatch watch(metrics_.histogram("rest_client_request_duration_seconds",
                                           "How long requests to the API server took.",
                                           {{"verb", call.method}}));
  try {
    Answer answer = transport_.send(call, timeout, stop_.get_token());
    if (answer.status >= 200 && answer.status < 300) {
      count(call.method, std::to_string(answer.status));
      return answer;
    }
    auto error = api_error(answer.status, answer.body);
    if (answer.retry_after) error.set_retry_after(*answer.retry_after);
    throw error;
  } catch (const ApiError& error) {
    count(call.method, code_text(error));
    throw;
  }
}

Answer Client::Impl::call(const Call& call, bool repeatable) {
  const auto until = Clock::now() + options_.deadline;
  kit::Backoff backoff(options_.first_wait, options_.longest_wait);
  bool token_renewed = false;
  for (int tried = 1;; ++tried) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now());
    try {
      return once(call, std::max(milliseconds(1), std::min(options_.timeout, left)));
    } catch (const ApiError& error) {
      if (error.no_answer() && !error.cancelled()) transport_.reconnect();
      if (error.unauthorized() && !token_renewed && transport_.renew_token()) {
        token_renewed = true;
        continue;
      }
      if (tried >= options_.tries || !may_retry(error, repeatable)) throw;
      milliseconds wait = backoff.next();
      if (error.retry_after()) wait = std::max(wait, milliseconds(*error.retry_after()));
      if (Clock::now() + wait >= until) throw;
      const std::string reason = error.code() == 0 ? error.reason() : std::to_string(error.code());
      metrics_.counter("rest_client_retries_total", "Requests sent again, by why.", {{"reason", reason}})
          .Increment();
      if (!pause(wait)) throw ApiError(0, "Cancelled", "the call was given up");
    }
  }
}

std::unique_ptr<LineStream> Client::Impl::open(const Call& call, milliseconds silence, std::stop_token stop) {
  try {
    auto out = transport_.open(call, options_.timeout, silence, std::move(stop));
    count("WATCH", "200");
    return out;
  } catch (const ApiError& error) {
    count("WATCH", code_text(error));
    if (error.unauthorized()) transport_.renew_token();
    throw;
  }
}

}  // namespace kube
