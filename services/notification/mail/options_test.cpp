#include "services/notification/mail/options.hpp"

#include <gtest/gtest.h>

namespace notification {
namespace {

/// The complaint about this configuration, "" when it is taken.
std::string complaint(const std::string& yaml) {
  EmailOptions options;
  kit::config::Binder binder;
  bind(binder, options);
  try {
    binder.load("email: {" + yaml + "}", "test", {});
    return {};
  } catch (const kit::config::Error& e) {
    return e.what();
  }
}

TEST(EmailOptions, AcceptsValidConfiguration) {
  EXPECT_EQ(complaint(""), "");
  EXPECT_EQ(complaint("host: mail.example.com, from: shop@example.com"), "");
  EXPECT_EQ(complaint("host: mail, from: 'The Shop <shop@example.com>', tls: tls, username: u, password: p"),
            "");
  EXPECT_EQ(complaint("host: 127.0.0.1, from: a@x.org, tls: none, username: u, password: p"), "");
}

TEST(EmailOptions, NamesTheInvalidKey) {
  const auto names = [](const std::string& yaml, const std::string& key) {
    const auto said = complaint(yaml);
    EXPECT_NE(said.find(key), std::string::npos) << yaml << " -> " << said;
  };
  names("host: mail", "email.from");
  names("host: mail, from: nobody", "email.from");
  names("host: 'smtp://mail', from: a@x.org", "email.host");
  names("host: 'mail/x', from: a@x.org", "email.host");
  names("host: mail, from: a@x.org, port: 65536", "email.port");
  names("host: mail, from: a@x.org, tls: ssl", "email.tls");
  names("host: mail, from: a@x.org, username: u", "email.password");
  names("host: mail, from: a@x.org, password: geheim", "email.password");
  names("host: mail, from: a@x.org, tls: none, username: u, password: p", "email.tls");
  names("host: mail, from: a@x.org, timeout: never", "email.timeout");
  names("host: mail, from: a@x.org, retry_first: 1h, retry_limit: 1m", "email.retry_limit");
  names("hots: mail", "email.hots");
  EXPECT_EQ(complaint("host: mail, from: a@x.org, password: geheim").find("geheim"), std::string::npos);
}

TEST(EmailOptions, ChecksPublicUrl) {
  const auto load = [](const std::string& url) {
    EmailOptions options;
    kit::config::Binder binder;
    bind(binder, options);
    binder.load("public_url: '" + url + "'", "test", {});
    return options.public_url;
  };
  EXPECT_EQ(load(""), "");
  EXPECT_EQ(load("https://shop.example.com/"), "https://shop.example.com");
  EXPECT_EQ(load("http://localhost:8080/shop//"), "http://localhost:8080/shop");
  for (const char* wrong : {"shop.example.com", "https://", "javascript:alert(1)", "https://x/?a=1",
                            "https://x/#a", "https://x/\" onclick", "ftp://x", "//"})
    EXPECT_THROW(load(wrong), kit::config::Error) << wrong;
}

TEST(EmailOptions, DerivesThePortFromTls) {
  const auto port = [](const char* tls) {
    EmailOptions options;
    options.tls = tls;
    return options.effective_port();
  };
  EXPECT_EQ(port("none"), 25);
  EXPECT_EQ(port("starttls"), 587);
  EXPECT_EQ(port("tls"), 465);
}

}  // namespace
}  // namespace notification
