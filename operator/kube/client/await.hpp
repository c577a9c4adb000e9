#pragma once
// Internal to this library: waiting for a task of cpprestsdk with a timeout and a stop token.
#include "operator/kube/client/error.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include <cpprest/http_msg.h>

namespace kube {

/// A failure below HTTP as our error.
inline ApiError transport_error(const std::exception_ptr& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (const ApiError& error) {
    return error;
  } catch (const pplx::task_canceled&) {
    return {0, "Cancelled", "the call was cancelled"};
  } catch (const web::http::http_exception& error) {
    if (error.error_code() == std::errc::timed_out) return {0, "Timeout", error.what()};
    if (error.error_code() == std::errc::operation_canceled) return {0, "Cancelled", error.what()};
    return {0, "Connection", error.what()};
  } catch (const std::exception& error) {
    return {0, "Connection", error.what()};
  } catch (...) {
    return {0, "Connection", "an unknown failure"};
  }
}

/// The result of a task. The task's continuation shares it, so that the waiting thread may give up first.
template <class T>
class Awaited {
 public:
  void watch(pplx::task<T> task, const std::shared_ptr<Awaited>& self) {
    task.then([self](pplx::task<T> ended) {
      std::optional<T> value;
      std::exception_ptr error;
      try {
        value = ended.get();
      } catch (...) {
        error = std::current_exception();
      }
      {
        const std::lock_guard guard(self->lock_);
        self->value_ = std::move(value);
        self->error_ = error;
        self->done_ = true;
      }
      self->changed_.notify_all();
    });
  }

  T wait(std::chrono::steady_clock::duration timeout, const std::stop_token& stop) {
    std::unique_lock guard(lock_);
    const bool done = changed_.wait_for(guard, stop, timeout, [this] { return done_; });
    if (stop.stop_requested()) throw ApiError(0, "Cancelled", "the call was cancelled");
    if (!done) throw ApiError(0, "Timeout", "no response in time");
    if (error_) throw transport_error(error_);
    return std::move(*value_);
  }

 private:
  std::mutex lock_;
  std::condition_variable_any changed_;
  std::optional<T> value_;
  std::exception_ptr error_;
  bool done_ = false;
};

/// Starts a task with a cancellation token and waits; cancels the task after the timeout or a stop request.
template <class T, class Start>
T await(Start start, std::chrono::steady_clock::duration timeout, const std::stop_token& stop) {
  pplx::cancellation_token_source source;
  auto awaited = std::make_shared<Awaited<T>>();
  try {
    awaited->watch(start(source.get_token()), awaited);
  } catch (const std::exception&) {
    throw transport_error(std::current_exception());
  }
  try {
    return awaited->wait(timeout, stop);
  } catch (...) {
    source.cancel();
    throw;
  }
}

}  // namespace kube
