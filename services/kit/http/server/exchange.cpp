#include "services/kit/http/server/exchange.hpp"

#include "services/kit/http/server/decode.hpp"
#include "services/kit/http/wire/response_wire.hpp"
#include "services/kit/log/log.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <typeinfo>
#include <utility>

namespace kit::http {
namespace {

/// The client had gone before its response; nginx's code.
constexpr int client_gone = 499;

std::string type_name(const std::type_info* type) {
  if (!type) return "unknown";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), &std::free);
  return name ? name.get() : type->name();
}

Problem internal_error() { return Problem(500, "Internal error", "This has been logged; try again later."); }

/// What is known of an exception, for the log.
std::pair<std::string, std::string> describe(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return {type_name(&typeid(error)), error.what()};
  } catch (...) {
    return {type_name(abi::__cxa_current_exception_type()), ""};
  }
}

std::optional<Problem> mapped(const std::exception_ptr& thrown, const ErrorMapper& map) {
  if (!map) return std::nullopt;
  try {
    return map(thrown);
  } catch (...) {
    return std::nullopt;  // a mapper that throws maps nothing
  }
}

/// The response to any exception of a handler; server errors are logged.
Response error_answer(std::exception_ptr thrown, const ErrorMapper& map) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Problem& problem) {
    if (problem.status() >= 500)
      log::warn("request failed",
                {{"status", problem.status()}, {"problem", problem.title()}, {"detail", problem.detail()}});
    return Response::problem(problem);
  } catch (...) {
    const auto [type, what] = describe(thrown);
    if (const auto problem = mapped(thrown, map)) {
      if (problem->status() >= 500)
        log::warn("request failed", {{"status", problem->status()},
                                     {"problem", problem->title()},
                                     {"exception", type},
                                     {"what", what}});
      return Response::problem(*problem);
    }
    log::error("handler threw", {{"exception", type}, {"what", what}});
    return Response::problem(internal_error());
  }
}

}  // namespace

Exchange::Exchange(Exchanges& all, std::shared_ptr<Connection> connection, const RawRequest& raw,
                   std::chrono::milliseconds deadline)
    : all_(all),
      connection_(std::move(connection)),
      keep_alive_(raw.keep_alive),
      head_only_(raw.method == "HEAD"),
      path_(split_target(raw.target).path) {
  request.request_id = request_id_of(raw.headers);
  request.trace =
      Trace::follow(raw.headers.get("traceparent").value_or(""), raw.headers.joined("tracestate"));
  request.deadline = Deadline(began_ + deadline);
  ++all_.in_flight;
  all_.metrics.in_flight.Increment();
}

Exchange::~Exchange() {
  // A client that waits always gets a response.
  if (!answered_) finish(Response::problem(problem::overloaded()));
}

void Exchange::run() {
  if (answered_) return;
  started_ = true;
  const log::Scope scope(request.request_id, request.trace.trace_id);
  if (connection_->abandoned()) {
    Response nobody;
    nobody.status = client_gone;
    return finish(std::move(nobody));
  }
  Response response;
  all_.metrics.busy.Increment();
  try {
    if (all_.gate) all_.gate(request, *route);
    response = route->handler(request);
  } catch (...) {
    response = error_answer(std::current_exception(), all_.map_error);
  }
  all_.metrics.busy.Decrement();
  finish(std::move(response));
}

void Exchange::fail(const Problem& problem) {
  const log::Scope scope(request.request_id, request.trace.trace_id);
  finish(Response::problem(problem));
}

void Exchange::check(Clock::time_point now) {
  if (answered_ || now < request.deadline.at()) return;
  const auto problem =
      started_ ? Problem(504, "Deadline exceeded", "The answer took too long.") : problem::overloaded();
  const log::Scope scope(request.request_id, request.trace.trace_id);
  if (!started_) all_.metrics.shed_late.Increment();
  log::warn("deadline exceeded", {{"method", method}, {"path", path_}, {"status", problem.status()}});
  fail(problem);
}

void Exchange::finish(Response response) {
  if (answered_.exchange(true)) return;
  report(response.status);
  send(response);
  all_.metrics.in_flight.Decrement();
  --all_.in_flight;
}

void Exchange::send(Response& response) {
  if (response.status == client_gone) return connection_->answer({}, false);
  response.headers.set("X-Request-Id", request.request_id);
  const bool keep = keep_alive_ && !all_.leaving && !all_.draining;
  if (!response.stream || head_only_)
    return connection_->answer(
        to_wire(response, {.keep_alive = keep && !response.stream, .head_only = head_only_}),
        keep && !response.stream);
  try {
    response.stream(connection_->stream(stream_head_to_wire(response)));
  } catch (...) {
    // The head was sent already, so the error can only be logged.
    error_answer(std::current_exception(), all_.map_error);
  }
}

void Exchange::report(int status) const {
  const std::chrono::duration<double> took = Clock::now() - began_;
  all_.metrics.answered(route, method, status, took.count());
  if (log::level_name() == "debug")
    log::debug("request",
               {{"method", method}, {"path", path_}, {"status", status}, {"seconds", took.count()}});
}

}  // namespace kit::http
