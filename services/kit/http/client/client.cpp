#include "services/kit/http/client/client.hpp"

#include "services/kit/http/client/circuit_breaker.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/threads/client_threads.hpp"
#include "services/kit/time/backoff.hpp"

#include <sys/stat.h>

#include <fstream>
#include <future>
#include <iterator>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include <cpprest/http_client.h>

namespace kit::http {
namespace {

namespace rest = web::http;
using std::chrono::milliseconds;

constexpr std::size_t max_answer_bytes = 8 * 1024 * 1024;

/// A shorter wait without a response says nothing about the service.
constexpr milliseconds FAIR_TIME{1000};

/// An attempt without a response.
struct Failure {
  std::string code;  ///< label of the metric
  std::string why;
  bool never_sent = false;  ///< the service cannot have received it
};

bool is_connect_failure(const std::error_code& code) {
  return code == std::errc::connection_refused || code == std::errc::host_unreachable ||
         code == std::errc::network_unreachable || code == std::errc::address_not_available;
}

/// The service is unable to work, not only to handle this request.
bool means_away(int status) { return status >= 502 && status <= 504; }

using Answer = std::pair<rest::http_response, std::vector<unsigned char>>;

Response to_response(const Answer& answer) {
  Response response;
  response.status = answer.first.status_code();
  for (const auto& [name, value] : answer.first.headers()) response.headers.add(name, value);
  response.body.assign(answer.second.begin(), answer.second.end());
  return response;
}

/// The exception being handled, as a value.
Failure to_failure() {
  try {
    throw;
  } catch (const rest::http_exception& error) {
    const bool timed_out = error.error_code() == std::errc::timed_out;
    return {timed_out ? "timeout" : "error", error.what(), is_connect_failure(error.error_code())};
  } catch (const std::exception& error) {
    return {"error", error.what()};
  } catch (...) {
    return {"error", "an unknown exception"};
  }
}

rest::client::http_client_config config(const ClientOptions& options) {
  limit_client_threads();
  rest::client::http_client_config config;
  config.set_timeout(options.timeout);
  config.set_max_redirects(0);
  return config;
}

pplx::task<Answer> with_body(rest::http_response response) {
  if (response.headers().content_length() > max_answer_bytes)
    throw std::runtime_error("the response is too large");
  return response.extract_vector().then(
      [response](std::vector<unsigned char> body) { return Answer(response, std::move(body)); });
}

bool same(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

/// A token in a file that is replaced from time to time (a projected ServiceAccount token). Read again when
/// the file has changed: one stat() a call. Thread-safe.
class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  bool configured() const { return !path_.empty(); }
  /// The file's text, trimmed. Throws std::runtime_error, naming the file, when it cannot be read or is
  /// empty.
  std::string token() {
    struct stat now {};
    if (stat(path_.c_str(), &now) != 0) throw std::runtime_error("token file " + path_ + " cannot be read");
    const std::lock_guard guard(lock_);
    if (!token_.empty() && same(now, seen_)) return token_;
    std::ifstream file(path_, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (!file || begin == std::string::npos)
      throw std::runtime_error("token file " + path_ + " is empty or cannot be read");
    token_ = text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
    seen_ = now;
    return token_;
  }

 private:
  const std::string path_;
  std::mutex lock_;
  std::string token_;
  struct stat seen_ {};
};

}  // namespace

class Client::Impl {
 public:
  Impl(std::string service, ClientOptions options, Metrics& metrics)
      : service_(std::move(service)),
        options_(std::move(options)),
        token_(options_.token_file),
        metrics_(metrics),
        duration_(metrics.histogram("http_client_request_duration_seconds",
                                    "Duration of one attempt of a call.", {{"peer", service_}})),
        client_(options_.base_url, config(options_)) {}

  const std::string& service() const { return service_; }

  Response call(const rest::method& method, const std::string& target, const std::string* body,
                const Context& context, bool idempotent) {
    Backoff backoff(milliseconds(25), milliseconds(500));
    for (int left = options_.tries;; --left) {
      const auto outcome = counted_try(method, target, body, context);
      const auto* answer = std::get_if<Response>(&outcome);
      if (answer && answer->status < 500) return *answer;
      const auto failure =
          answer ? Failure{{}, "it answered " + std::to_string(answer->status)} : std::get<Failure>(outcome);
      const auto pause = backoff.next();
      if (left <= 1 || (!idempotent && !failure.never_sent) || pause >= context.deadline.left())
        give_up(target, failure);
      std::this_thread::sleep_for(pause);
    }
  }

 private:
  using Outcome = std::variant<Response, Failure>;

  [[noreturn]] void give_up(const std::string& target, const Failure& failure) const {
    log::warn("service unreachable",
              {{"peer", service_}, {"target", target.substr(0, target.find('?'))}, {"why", failure.why}});
    throw Unreachable(service_ + " cannot be reached: " + failure.why);
  }

  Outcome counted_try(const rest::method& method, const std::string& target, const std::string* body,
                      const Context& context) {
    const auto started = std::chrono::steady_clock::now();
    if (context.deadline.passed()) return Failure{"deadline", "no time is left"};
    if (!breaker_.allow(started)) {
      count("open");
      return Failure{"open", "the circuit breaker is open"};
    }
    const bool hurried = context.deadline.left() < std::min(options_.timeout, FAIR_TIME);
    auto outcome = one_try(method, target, body, context);
    const auto ended = std::chrono::steady_clock::now();
    duration_.Observe(std::chrono::duration<double>(ended - started).count());
    const auto* answer = std::get_if<Response>(&outcome);
    count(answer ? std::to_string(answer->status) : std::get<Failure>(outcome).code);
    if (answer && !means_away(answer->status))
      breaker_.succeeded();
    else if (!answer && hurried && std::get<Failure>(outcome).code == "timeout")
      breaker_.undecided();
    else
      breaker_.failed(ended);
    return outcome;
  }

  Outcome one_try(const rest::method& method, const std::string& target, const std::string* body,
                  const Context& context) {
    try {
      rest::http_request request(method);
      request.set_request_uri(target);
      fill(request, context);
      if (body) request.set_body(*body, "application/json");
      return send(request, std::min(options_.timeout, context.deadline.left()));
    } catch (...) {
      return to_failure();
    }
  }

  void fill(rest::http_request& request, const Context& context) {
    auto& headers = request.headers();
    headers.add("Accept", "application/json");
    if (!context.request_id.empty()) headers.add("X-Request-Id", context.request_id);
    if (!context.trace.trace_id.empty()) headers.add("traceparent", context.trace.traceparent());
    if (!context.trace.state.empty()) headers.add("tracestate", context.trace.state);
    if (token_.configured()) headers.add("Authorization", "Bearer " + token_.token());
  }

  /// The library's timeout is for one read, ours for the whole attempt. The library's exceptions become
  /// values on its own thread.
  Outcome send(const rest::http_request& request, milliseconds timeout) {
    const auto promise = std::make_shared<std::promise<Outcome>>();
    auto outcome = promise->get_future();
    pplx::cancellation_token_source cancel;
    client_.request(request, cancel.get_token()).then(with_body).then([promise](pplx::task<Answer> task) {
      try {
        promise->set_value(to_response(task.get()));
      } catch (...) {
        promise->set_value(to_failure());
      }
    });
    if (outcome.wait_for(timeout) == std::future_status::ready) return outcome.get();
    cancel.cancel();
    return Failure{"timeout", "no response in time"};
  }

  void count(const std::string& code) {
    {
      const std::shared_lock guard(counters_lock_);
      if (const auto found = counters_.find(code); found != counters_.end())
        return found->second->Increment();
    }
    auto& counter = metrics_.counter("http_client_requests_total", "Attempts of calls to other services.",
                                     {{"peer", service_}, {"code", code}});
    counter.Increment();
    const std::lock_guard guard(counters_lock_);
    counters_.emplace(code, &counter);
  }

  const std::string service_;
  const ClientOptions options_;
  TokenFile token_;
  Metrics& metrics_;
  prometheus::Histogram& duration_;
  CircuitBreaker breaker_;
  std::shared_mutex counters_lock_;
  std::map<std::string, prometheus::Counter*> counters_;
  rest::client::http_client client_;
};

Client::Client(std::string service, ClientOptions options, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(service), std::move(options), metrics)) {}

Client::~Client() = default;

Response Client::get(const std::string& target, const Context& context) {
  return impl_->call(rest::methods::GET, target, nullptr, context, true);
}

Response Client::post(const std::string& target, const nlohmann::json& body, const Context& context,
                      bool idempotent) {
  const auto text = body.dump();
  return impl_->call(rest::methods::POST, target, &text, context, idempotent);
}

const std::string& Client::service() const { return impl_->service(); }

}  // namespace kit::http
