#include "services/kit/curl/http_client.hpp"

#include <algorithm>

namespace kit::curl {
namespace {

std::size_t collect(char* data, std::size_t size, std::size_t count, void* user) noexcept {
  auto& into = *static_cast<std::string*>(user);
  const auto length = size * count;
  if (into.size() + length > HttpClient::MAX_RESPONSE) return 0;
  try {
    into.append(data, length);
  } catch (...) {
    return 0;
  }
  return length;
}

}  // namespace

HttpResponse HttpClient::send(const HttpRequest& request, Deadline deadline) const {
  const auto time = std::min(options_.timeout, deadline.left());
  if (time.count() <= 0) throw Error(Error::Kind::Unreachable, "no time is left");
  HttpResponse response;
  Lines headers;
  for (const auto& header : request.headers) headers.add(header);
  headers.add("Expect:");  // not to wait for 100 Continue
  auto handle = take();
  handle->set(CURLOPT_URL, request.url);
  handle->set_timeout(time);
  handle->set(CURLOPT_HTTPHEADER, headers.get());
  handle->set(CURLOPT_WRITEDATA, static_cast<void*>(&response.body));
  if (request.body) {
    handle->set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body->size()));
    handle->set(CURLOPT_POSTFIELDS, request.body->c_str());
  } else {
    handle->set(CURLOPT_HTTPGET, 1L);
  }
  handle->perform();
  response.status = handle->response_code();
  response.connections_opened = handle->connections_opened();
  give_back(std::move(handle));
  return response;
}

std::unique_ptr<Handle> HttpClient::take() const {
  {
    const std::lock_guard guard(lock_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());  // used last, so its connection is the likeliest to be alive
      idle_.pop_back();
      return handle;
    }
  }
  auto handle = std::make_unique<Handle>(options_);
  handle->set(CURLOPT_WRITEFUNCTION, &collect);
  return handle;
}

void HttpClient::give_back(std::unique_ptr<Handle> handle) const {
  const std::lock_guard guard(lock_);
  if (idle_.size() < MAX_IDLE) idle_.push_back(std::move(handle));
}

}  // namespace kit::curl
