#include "operator/kube/client/transport.hpp"

#include "operator/kube/client/await.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/threads/client_threads.hpp"

#include <boost/asio/ssl.hpp>
#include <cpprest/containerstream.h>
#include <cpprest/http_client.h>
#include <openssl/ssl.h>

namespace kube {

namespace {

using web::http::http_request;
using web::http::http_response;
using web::http::client::http_client;
using web::http::client::http_client_config;

/// For each read and write; the call as a whole has its own timeout.
constexpr std::chrono::seconds kIdle{30};
constexpr std::chrono::minutes kTokenMaxAge{1};

boost::asio::const_buffer buffer(const std::string& text) { return {text.data(), text.size()}; }

std::optional<std::chrono::seconds> retry_after(const http_response& response) {
  const auto found = response.headers().find("Retry-After");
  if (found == response.headers().end()) return std::nullopt;
  int seconds = 0;
  for (const char c : found->second) {
    if (c < '0' || c > '9' || seconds > 86'400) return std::nullopt;
    seconds = seconds * 10 + (c - '0');
  }
  return std::chrono::seconds(seconds);
}

http_request request_of(const Call& call, const std::string& token, const std::string& user_agent) {
  web::uri_builder uri(web::uri::encode_uri(call.path, web::uri::components::path));
  for (const auto& [name, value] : call.query) {
    uri.append_query(name + "=" + web::uri::encode_data_string(value), false);
  }
  http_request request(call.method);
  request.set_request_uri(uri.to_uri());
  // The ServiceAccount issuer's keys are served as a JWK set only.
  request.headers().add("Accept",
                        call.accept.empty() ? "application/json, application/jwk-set+json" : call.accept);
  request.headers().add("User-Agent", user_agent);
  if (!token.empty()) request.headers().add("Authorization", "Bearer " + token);
  if (!call.body.empty()) request.set_body(call.body, call.content_type);
  return request;
}

/// TLS 1.2 or newer, with our authorities only and our client certificate.
struct Tls {
  std::string ca, certificate, key;

  void apply(boost::asio::ssl::context& context) const {
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    if (!ca.empty()) {
      // Replaces the system's authorities, which cpprestsdk has loaded.
      SSL_CTX_set_cert_store(context.native_handle(), X509_STORE_new());
      context.add_certificate_authority(buffer(ca));
    }
    if (certificate.empty()) return;
    context.use_certificate_chain(buffer(certificate));
    context.use_private_key(buffer(key), boost::asio::ssl::context::pem);
  }
};

}  // namespace

struct Transport::Connection {
  http_client client;
};

Transport::Transport(Config config, std::string user_agent, Clocks clocks)
    : config_(std::move(config)), user_agent_(std::move(user_agent)), clocks_(std::move(clocks)) {
  kit::http::limit_client_threads();
  connection_ = connect(kIdle);
  token();
}

Transport::~Transport() = default;

std::shared_ptr<Transport::Connection> Transport::connect(std::chrono::milliseconds idle_timeout) const {
  http_client_config options;
  options.set_timeout(idle_timeout);
  options.set_validate_certificates(!config_.insecure);
  const Tls tls{config_.ca.read(), config_.client_certificate.read(), config_.client_key.read()};
  options.set_ssl_context_callback([tls](boost::asio::ssl::context& context) { tls.apply(context); });
  try {
    return std::make_shared<Connection>(Connection{http_client(config_.server, options)});
  } catch (const std::exception& error) {
    throw ConfigError(config_.server + ": " + error.what());
  }
}

std::shared_ptr<Transport::Connection> Transport::connect_again(
    std::chrono::milliseconds idle_timeout) const {
  try {
    return connect(idle_timeout);
  } catch (const ConfigError& error) {
    throw ApiError(0, "Connection", error.what());
  }
}

std::shared_ptr<Transport::Connection> Transport::connection() {
  const std::lock_guard guard(lock_);
  if (!connection_) connection_ = connect_again(kIdle);
  return connection_;
}

void Transport::reconnect() {
  const std::lock_guard guard(lock_);
  connection_.reset();
}

std::string Transport::token() {
  if (config_.token.file.empty()) return config_.token.text;
  const std::lock_guard guard(lock_);
  const auto now = clocks_.steady();
  if (token_.empty() || now - token_read_ >= kTokenMaxAge) {
    try {
      token_ = config_.token.read();
    } catch (const ConfigError&) {
      // While the file is missing the last token is used.
      if (token_.empty()) throw;
    }
    token_read_ = now;
  }
  return token_;
}

bool Transport::renew_credentials() {
  const std::lock_guard guard(lock_);
  token_read_ = {};
  const bool certificate = !config_.client_certificate.file.empty();
  if (certificate) connection_.reset();
  return certificate || !config_.token.file.empty();
}

void Transport::warn_once(const std::string& warning) {
  {
    const std::lock_guard guard(lock_);
    if (warned_.size() >= 100 || !warned_.insert(warning).second) return;
  }
  kit::log::warn("the API server warns", {{"warning", warning}});
}

Response Transport::send(const Call& call, std::chrono::milliseconds timeout, const std::stop_token& stop) {
  using Received = std::pair<http_response, std::vector<unsigned char>>;
  const auto used = connection();
  const auto request = request_of(call, token(), user_agent_);
  const auto [response, body] = await<Received>(
      [&](const pplx::cancellation_token& cancel) {
        // The task keeps `used` alive, also after await() has given up.
        return used->client.request(request, cancel).then([used](http_response received) {
          return received.extract_vector().then([used, received](std::vector<unsigned char> bytes) {
            return Received(received, std::move(bytes));
          });
        });
      },
      timeout, stop);
  const auto warning = response.headers().find("Warning");
  if (warning != response.headers().end()) warn_once(warning->second);
  return {response.status_code(), std::string(body.begin(), body.end()), retry_after(response)};
}

namespace {

class HttpLines final : public LineStream {
 public:
  HttpLines(std::shared_ptr<void> connection, const concurrency::streams::istream& body,
            pplx::cancellation_token_source source, std::stop_token stop)
      : connection_(std::move(connection)),
        body_(body),
        source_(std::move(source)),
        stop_(std::move(stop)),
        on_stop_(stop_, [source = source_] { source.cancel(); }) {}

  ~HttpLines() override {
    source_.cancel();
    // Otherwise the rest of the response would be read to reuse the connection.
    try {
      body_.close().wait();
    } catch (const std::exception&) {
      // The cancellation is intended.
    }
  }

  std::optional<std::string> next() override {
    concurrency::streams::container_buffer<std::string> line;
    try {
      body_.read_line(line).get();
    } catch (...) {
      if (!stop_.stop_requested()) throw transport_error(std::current_exception());
    }
    if (stop_.stop_requested()) throw ApiError(0, "Cancelled", "the watch was cancelled");
    if (body_.is_eof()) return std::nullopt;
    return std::move(line.collection());
  }

 private:
  std::shared_ptr<void> connection_;
  concurrency::streams::istream body_;
  pplx::cancellation_token_source source_;
  std::stop_token stop_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace

std::unique_ptr<LineStream> Transport::open(const Call& call, std::chrono::milliseconds timeout,
                                            std::chrono::milliseconds silence, std::stop_token stop) {
  const auto own = connect_again(silence);
  const auto request = request_of(call, token(), user_agent_);
  const auto until = clocks_.steady() + timeout;
  pplx::cancellation_token_source source;
  const auto response = await<http_response>(
      [&](const pplx::cancellation_token& cancel) {
        // await() cancels its own token; the stream keeps `source`.
        cancel.register_callback([source] { source.cancel(); });
        return own->client.request(request, source.get_token()).then([own](http_response received) {
          return received;
        });
      },
      timeout, stop);
  if (response.status_code() == 200) {
    return std::make_unique<HttpLines>(own, response.body(), source, std::move(stop));
  }
  const auto bytes = await<std::vector<unsigned char>>(
      [&](const pplx::cancellation_token&) { return response.extract_vector(); }, until - clocks_.steady(),
      stop);
  auto error = api_error(response.status_code(), std::string(bytes.begin(), bytes.end()));
  if (const auto after = retry_after(response)) error.set_retry_after(*after);
  throw error;
}

}  // namespace kube
