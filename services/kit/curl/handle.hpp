#pragma once
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include <curl/curl.h>

namespace kit::curl {

/// A transfer that did not succeed. No secret in its message.
class Error : public std::runtime_error {
 public:
  enum class Kind {
    Unreachable,  ///< name resolution, connecting, or the TLS handshake failed: nothing was sent
    TimedOut,     ///< at any moment: it may have been dealt with
    Interrupted,  ///< while sending or receiving: it may have been dealt with
    Refused,      ///< by the server's protocol: a login, a recipient
    Failed,       ///< on our side: options, memory, a callback that aborted
  };
  Error(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

struct Options {
  std::string protocols;                    ///< "http,https": all others are refused
  std::string ca_file = {};                 ///< PEM of the trusted authorities; empty: the system's
  std::chrono::milliseconds timeout{5000};  ///< of one transfer, connecting included
};

/// A list of text lines that libcurl reads: headers, recipients.
class Lines {
 public:
  void add(const std::string& line);
  curl_slist* get() const { return lines_.get(); }

 private:
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> lines_{nullptr, curl_slist_free_all};
};

/// An easy handle of libcurl. It keeps its connection for the next transfer to the same host, checks
/// certificates (TLS 1.2 at least), follows no redirects and raises no signals. For one thread at a time.
class Handle {
 public:
  explicit Handle(const Options& options);
  ~Handle();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  /// Throws Error (Failed). Strings are copied by libcurl; other pointers must stay valid through `perform`.
  template <class T>
  void set(CURLoption option, T value) {
    check(curl_easy_setopt(curl_, option, value));
  }
  void set(CURLoption option, const std::string& value) { set(option, value.c_str()); }
  void set_timeout(std::chrono::milliseconds time) {
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  }

  /// Runs the transfer. Throws Error.
  void perform();
  /// The last status of HTTP or reply code of SMTP; 0 when there was none.
  int response_code() const;
  /// How many connections the last transfer opened: 0 when it reused one.
  int connections_opened() const;

 private:
  int info(CURLINFO what) const;
  void check(CURLcode code) const;
  CURL* curl_;
  char detail_[CURL_ERROR_SIZE] = {};
};

}  // namespace kit::curl
