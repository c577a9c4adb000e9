#include "services/order/payments/stripe_http.hpp"

#include "services/kit/encoding/percent.hpp"
#include "services/order/payments/provider.hpp"

#include <algorithm>
#include <memory>

#include <curl/curl.h>

namespace order::payments {
namespace {

constexpr std::size_t MAX_ANSWER = 1024 * 1024;
constexpr std::chrono::milliseconds TIMEOUT{5000};
/// The version of the API whose shapes stripe.cpp knows.
constexpr const char* API_VERSION = "Stripe-Version: 2024-06-20";

std::size_t collect(char* data, std::size_t size, std::size_t count, void* user) noexcept {
  auto& into = *static_cast<std::string*>(user);
  const auto length = size * count;
  if (into.size() + length > MAX_ANSWER) return 0;
  try {
    into.append(data, length);
  } catch (...) {
    return 0;
  }
  return length;
}

/// A transfer of its own for each call: some 20 ms more for TLS, and nothing shared between threads.
class Transfer {
 public:
  Transfer() : curl_(curl_easy_init(), curl_easy_cleanup), headers_(nullptr, curl_slist_free_all) {
    if (!curl_) throw Away("libcurl gives no handle");
  }
  template <class T>
  void set(CURLoption option, T value) {
    if (const auto code = curl_easy_setopt(curl_.get(), option, value); code != CURLE_OK)
      throw Away(std::string("libcurl: ") + curl_easy_strerror(code));
  }
  void header(const std::string& line) {
    auto* longer = curl_slist_append(headers_.get(), line.c_str());
    if (!longer) throw Away("libcurl: out of memory");
    static_cast<void>(headers_.release());
    headers_.reset(longer);
  }
  int perform() {
    set(CURLOPT_HTTPHEADER, headers_.get());
    if (const auto code = curl_easy_perform(curl_.get()); code != CURLE_OK)
      throw Away(std::string("stripe cannot be reached: ") + curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }

 private:
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
};

std::string encode(const Form& form) {
  std::string out;
  for (const auto& [name, value] : form)
    out +=
        (out.empty() ? "" : "&") + kit::http::percent::encode(name) + "=" + kit::http::percent::encode(value);
  return out;
}

bool not_dealt_with(int status) {
  return status == 401 || status == 403 || status == 408 || status == 409 || status == 429 || status >= 500;
}

}  // namespace

std::string complaint(const StripeOptions& options) {
  if (options.api_key.empty()) return "payments.stripe.api_key must be set";
  const bool clean = std::all_of(options.api_key.begin(), options.api_key.end(),
                                 [](char c) { return c > ' ' && c < '\x7f'; });
  if (!clean) return "payments.stripe.api_key must be visible ASCII characters";
  const bool plain = options.url.starts_with("http://");
  if (plain && !options.api_key.starts_with("sk_test_"))
    return "payments.stripe.url must be https:// (http:// is for test keys, sk_test_…, only)";
  if (!plain && !options.url.starts_with("https://")) return "payments.stripe.url must begin with https://";
  return {};
}

StripeHttp::StripeHttp(StripeOptions options) : options_(std::move(options)) {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

StripeHttp::Answer StripeHttp::post(const std::string& target, const Form& form,
                                    const std::string& idempotency_key, kit::Deadline deadline) const {
  const auto body = encode(form);
  return perform(target, &body, idempotency_key, deadline);
}

StripeHttp::Answer StripeHttp::get(const std::string& target, kit::Deadline deadline) const {
  return perform(target, nullptr, {}, deadline);
}

StripeHttp::Answer StripeHttp::perform(const std::string& target, const std::string* form,
                                       const std::string& idempotency_key, kit::Deadline deadline) const {
  const auto time = std::min(TIMEOUT, deadline.left());
  if (time.count() <= 0) throw Away("no time is left to ask stripe");
  Transfer transfer;
  std::string text;
  transfer.set(CURLOPT_URL, (options_.url + target).c_str());
  transfer.set(CURLOPT_PROTOCOLS_STR, "http,https");
  transfer.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) transfer.set(CURLOPT_CAINFO, options_.ca_file.c_str());
  transfer.set(CURLOPT_NOSIGNAL, 1L);
  transfer.set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  transfer.set(CURLOPT_WRITEFUNCTION, &collect);
  transfer.set(CURLOPT_WRITEDATA, static_cast<void*>(&text));
  transfer.header("Authorization: Bearer " + options_.api_key);
  transfer.header(API_VERSION);
  transfer.header("Expect:");
  if (form) {
    transfer.header("Idempotency-Key: " + idempotency_key);
    transfer.set(CURLOPT_POSTFIELDSIZE, static_cast<long>(form->size()));
    transfer.set(CURLOPT_POSTFIELDS, form->c_str());
  }
  Answer answer;
  answer.status = transfer.perform();
  if (not_dealt_with(answer.status)) throw Away("stripe answered " + std::to_string(answer.status));
  answer.body = nlohmann::json::parse(text, nullptr, false);
  if (!answer.body.is_object()) throw Away("stripe answered what is not JSON");
  return answer;
}

}  // namespace order::payments
