#include "services/notification/mail/smtp.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace notification {
namespace {

/// State of a transfer, for the callbacks.
struct Upload {
  std::string_view rest;
  const std::function<bool()>& before_end;
  const std::stop_token& stop;
  bool complete = false;  ///< the end is being sent
  std::string error;
};

std::size_t read(char* into, std::size_t size, std::size_t count, void* user) noexcept {
  auto& upload = *static_cast<Upload*>(user);
  const auto take = std::min(size * count, upload.rest.size());
  if (take > 0) {
    std::memcpy(into, upload.rest.data(), take);
    upload.rest.remove_prefix(take);
    return take;
  }
  try {
    if (!upload.stop.stop_requested() && upload.before_end()) {
      upload.complete = true;
      return 0;
    }
    upload.error = "the claim expired, or the service is stopping";
  } catch (const std::exception& e) {
    upload.error = std::string("not handed over: ") + e.what();
  } catch (...) {
    upload.error = "not handed over";
  }
  return CURL_READFUNC_ABORT;
}

/// Called about once a second, also while nothing moves.
int progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  const auto& upload = *static_cast<const Upload*>(user);
  return upload.stop.stop_requested() && !upload.complete ? 1 : 0;
}

std::string url(const EmailOptions& o) {
  const bool v6 = o.host.find(':') != std::string::npos;
  return (o.tls == "tls" ? "smtps://" : "smtp://") + (v6 ? "[" + o.host + "]" : o.host) + ":" +
         std::to_string(o.effective_port());
}

}  // namespace

Smtp::Smtp(const EmailOptions& options)
    : handle_({.protocols = "smtp,smtps", .ca_file = options.ca_file, .timeout = options.timeout}) {
  handle_.set(CURLOPT_URL, url(options));
  handle_.set(CURLOPT_PROXY, "");  // ignores the environment
  handle_.set(CURLOPT_USE_SSL, static_cast<long>(options.tls == "none" ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!options.username.empty()) {
    handle_.set(CURLOPT_USERNAME, options.username);
    handle_.set(CURLOPT_PASSWORD, options.password);
  }
  handle_.set(CURLOPT_CONNECTTIMEOUT_MS, std::min(static_cast<long>(options.timeout.count()), 10'000L));
  handle_.set(CURLOPT_MAIL_FROM, "<" + options.sender().email + ">");
  handle_.set(CURLOPT_UPLOAD, 1L);
  handle_.set(CURLOPT_READFUNCTION, &read);
  handle_.set(CURLOPT_NOPROGRESS, 0L);
  handle_.set(CURLOPT_XFERINFOFUNCTION, &progress);
}

Attempt Smtp::send(const Address& to, const std::string& message, const std::function<bool()>& before_end,
                   const std::stop_token& stop) {
  Upload upload{message, before_end, stop, false, {}};
  kit::curl::Lines recipients;
  recipients.add("<" + to.email + ">");
  handle_.set(CURLOPT_MAIL_RCPT, recipients.get());
  handle_.set(CURLOPT_READDATA, static_cast<void*>(&upload));
  handle_.set(CURLOPT_XFERINFODATA, static_cast<void*>(&upload));
  std::string error;
  bool sent = false;
  try {
    handle_.perform();
    sent = true;
  } catch (const kit::curl::Error& e) {
    error = upload.error.empty() ? e.what() : upload.error;
  }
  const int reply = handle_.response_code();
  handle_.set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  if (!sent && reply >= 400) error += " (reply " + std::to_string(reply) + ")";
  return {classify(sent, upload.complete, reply), error};
}

}  // namespace notification
