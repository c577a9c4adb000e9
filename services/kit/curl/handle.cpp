#include "services/kit/curl/handle.hpp"

namespace kit::curl {
namespace {

Error::Kind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
      return Error::Kind::Unreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return Error::Kind::TimedOut;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_WEIRD_SERVER_REPLY:
      return Error::Kind::Interrupted;
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
      return Error::Kind::Refused;
    default:
      return Error::Kind::Failed;
  }
}

CURL* new_handle() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = code == CURLE_OK ? curl_easy_init() : nullptr;
  if (!curl) throw Error(Error::Kind::Failed, "libcurl cannot be initialised");
  return curl;
}

}  // namespace

void Lines::add(const std::string& line) {
  auto* longer = curl_slist_append(lines_.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  static_cast<void>(lines_.release());
  lines_.reset(longer);
}

Handle::Handle(const Options& options) : curl_(new_handle()) {
  try {
    set(CURLOPT_ERRORBUFFER, detail_);
    set(CURLOPT_PROTOCOLS_STR, options.protocols);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file);
    set(CURLOPT_NOSIGNAL, 1L);
    set_timeout(options.timeout);
  } catch (...) {
    curl_easy_cleanup(curl_);
    throw;
  }
}

Handle::~Handle() { curl_easy_cleanup(curl_); }

void Handle::check(CURLcode code) const {
  if (code != CURLE_OK) throw Error(kind_of(code), detail_[0] ? detail_ : curl_easy_strerror(code));
}

void Handle::perform() {
  detail_[0] = '\0';
  check(curl_easy_perform(curl_));
}

int Handle::info(CURLINFO what) const {
  long value = 0;
  curl_easy_getinfo(curl_, what, &value);
  return static_cast<int>(value);
}

int Handle::response_code() const { return info(CURLINFO_RESPONSE_CODE); }
int Handle::connections_opened() const { return info(CURLINFO_NUM_CONNECTS); }

}  // namespace kit::curl
