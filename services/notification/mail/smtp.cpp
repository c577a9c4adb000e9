#include "services/notification/mail/smtp.hpp"

#include <cstring>
#include <stdexcept>

#include <curl/curl.h>

namespace notification {
namespace {

/// What the callbacks need of the mail at hand.
struct Upload {
  std::string_view rest;
  const std::function<bool()>& before_end;
  const std::atomic<bool>& stop;
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
    if (!upload.stop && upload.before_end()) {
      upload.complete = true;
      return 0;
    }
    upload.error = "the claim ran out, or the service is stopping";
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
  return upload.stop && !upload.complete ? 1 : 0;
}

void initialise() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

std::string url(const EmailOptions& o) {
  const bool v6 = o.host.find(':') != std::string::npos;
  return (o.tls == "tls" ? "smtps://" : "smtp://") + (v6 ? "[" + o.host + "]" : o.host) + ":" +
         std::to_string(o.effective_port());
}

}  // namespace

struct Smtp::Handle {
  Handle() : curl(curl_easy_init()) {
    if (!curl) throw std::runtime_error("libcurl gives no handle");
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  template <class T>
  void set(CURLoption option, T value) {
    if (const auto code = curl_easy_setopt(curl, option, value); code != CURLE_OK)
      throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
  }
  CURL* curl;
  char error[CURL_ERROR_SIZE] = {};
};

Smtp::Smtp(const EmailOptions& options) : options_(options) {
  initialise();
  handle_ = std::make_unique<Handle>();
  auto& h = *handle_;
  h.set(CURLOPT_URL, url(options_).c_str());
  h.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  h.set(CURLOPT_PROXY, "");  // whatever the environment says
  h.set(CURLOPT_NOSIGNAL, 1L);
  h.set(CURLOPT_ERRORBUFFER, h.error);
  h.set(CURLOPT_USE_SSL, static_cast<long>(options_.tls == "none" ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  h.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) h.set(CURLOPT_CAINFO, options_.ca_file.c_str());
  if (!options_.username.empty()) {
    h.set(CURLOPT_USERNAME, options_.username.c_str());
    h.set(CURLOPT_PASSWORD, options_.password.c_str());
  }
  const auto timeout = static_cast<long>(options_.timeout.count());
  h.set(CURLOPT_TIMEOUT_MS, timeout);
  h.set(CURLOPT_CONNECTTIMEOUT_MS, std::min(timeout, 10'000L));
  h.set(CURLOPT_MAIL_FROM, ("<" + options_.sender().email + ">").c_str());
  h.set(CURLOPT_UPLOAD, 1L);
  h.set(CURLOPT_READFUNCTION, &read);
  h.set(CURLOPT_NOPROGRESS, 0L);
  h.set(CURLOPT_XFERINFOFUNCTION, &progress);
}

Smtp::~Smtp() = default;

Attempt Smtp::send(const Address& to, const std::string& message, const std::function<bool()>& before_end,
                   const std::atomic<bool>& stop) {
  auto& h = *handle_;
  Upload upload{message, before_end, stop, false, {}};
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(
      curl_slist_append(nullptr, ("<" + to.email + ">").c_str()), curl_slist_free_all);
  h.set(CURLOPT_MAIL_RCPT, recipients.get());
  h.set(CURLOPT_READDATA, static_cast<void*>(&upload));
  h.set(CURLOPT_XFERINFODATA, static_cast<void*>(&upload));
  h.error[0] = '\0';
  const auto code = curl_easy_perform(h.curl);
  long reply = 0;
  curl_easy_getinfo(h.curl, CURLINFO_RESPONSE_CODE, &reply);
  h.set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));

  Attempt attempt{classify(code == CURLE_OK, upload.complete, static_cast<int>(reply)), {}};
  if (code == CURLE_OK) return attempt;
  attempt.error = !upload.error.empty() ? upload.error : h.error[0] ? h.error : curl_easy_strerror(code);
  if (reply >= 400) attempt.error += " (reply " + std::to_string(reply) + ")";
  return attempt;
}

}  // namespace notification
