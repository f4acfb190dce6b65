// Which addresses an outgoing request may reach, as a table, and which texts are a URL at all.

#include "server/net/public_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "server/net/url.hpp"

namespace advisor::server {
namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
    std::array<std::uint8_t, 16> bytes{};
    const bool v6 = text.find(':') != std::string::npos;
    EXPECT_EQ(inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()), 1) << text;
    return {bytes.begin(), bytes.begin() + (v6 ? 16 : 4)};
}

TEST(PublicAddress, TheInternetIsPublic) {
    for (const char* text : {"1.1.1.1",
                             "8.8.8.8",
                             "9.255.255.255",
                             "11.0.0.0",
                             "100.63.255.255",
                             "100.128.0.0",
                             "126.255.255.255",
                             "128.0.0.0",
                             "168.63.129.15",
                             "168.63.129.17",
                             "169.253.255.255",
                             "169.255.0.0",
                             "172.15.255.255",
                             "172.32.0.0",
                             "192.0.1.0",
                             "192.0.3.0",
                             "192.167.255.255",
                             "192.169.0.0",
                             "198.17.255.255",
                             "198.20.0.0",
                             "203.0.112.255",
                             "203.0.114.0",
                             "223.255.255.255",
                             "2600::1",
                             "2a00:1450:4001:80b::200e",
                             "2001:200::1",
                             "2001:db7:ffff::1",
                             "2001:db9::1",
                             "2003::1",
                             "3ffe::1",
                             "3fff:1000::1"})
        EXPECT_TRUE(is_public_address(bytes_of(text))) << text;
}

TEST(PublicAddress, NothingElseIs) {
    for (const char* text : {"0.0.0.0",
                             "0.255.255.255",
                             "10.0.0.0",
                             "10.255.255.255",
                             "100.64.0.0",
                             "100.100.100.200",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.255",
                             "168.63.129.16",
                             "169.254.0.0",
                             "169.254.169.254",
                             "169.254.255.255",
                             "172.16.0.0",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.0.0.192",
                             "192.0.2.1",
                             "192.88.99.1",
                             "192.168.0.0",
                             "192.168.255.255",
                             "198.18.0.0",
                             "198.19.255.255",
                             "198.51.100.7",
                             "203.0.113.9",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::127.0.0.1",
                             "::8.8.8.8",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "::ffff:8.8.8.8",
                             "64:ff9b::7f00:1",
                             "64:ff9b::808:808",
                             "64:ff9b:1::1",
                             "100::1",
                             "2001::1",
                             "2001:0:4136:e378::1",
                             "2001:10::1",
                             "2001:1ff:ffff::1",
                             "2001:db8::1",
                             "2002:7f00:1::",
                             "2002:808:808::1",
                             "3fff::1",
                             "3fff:fff::1",
                             "4000::1",
                             "5f00::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "fdff::1",
                             "fe80::1",
                             "fe80::a9fe:a9fe",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "ff0e::1"})
        EXPECT_FALSE(is_public_address(bytes_of(text))) << text;
}

TEST(PublicAddress, AnAddressHasFourOrSixteenBytes) {
    const std::vector<std::uint8_t> bytes(17, 0x20);
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const bool fits = size == 4 || size == 16;
        EXPECT_EQ(is_public_address(std::span(bytes).first(size)), fits) << size;
    }
}

TEST(Url, HasHostPortAndTarget) {
    const std::optional<http::Url> url = http::parse_url("HTTPS://Hooks.Example.org/a/b?c=d#e");
    ASSERT_TRUE(url);
    EXPECT_TRUE(url->tls);
    EXPECT_EQ(url->host, "hooks.example.org");
    EXPECT_EQ(url->port, 443);
    EXPECT_EQ(url->target, "/a/b?c=d");
    EXPECT_EQ(url->authority(), "hooks.example.org");

    const std::optional<http::Url> v6 = http::parse_url("http://[::1]:8080?x");
    ASSERT_TRUE(v6);
    EXPECT_FALSE(v6->tls);
    EXPECT_EQ(v6->host, "::1");
    EXPECT_EQ(v6->target, "/?x");
    EXPECT_EQ(v6->authority(), "[::1]:8080");
    EXPECT_EQ(http::parse_url("http://a:80/")->authority(), "a");
}

TEST(Url, WhatCouldBeReadAsAnotherHostIsNone) {
    for (const char* text : {"",
                             "a",
                             "//a/",
                             "ftp://a/",
                             "file:///etc/passwd",
                             "https://",
                             "https:///a",
                             "https://a@b/",
                             "https://a:b@c/",
                             "https://a:0/",
                             "https://a:65536/",
                             "https://a:8x/",
                             "https://a:/",
                             "https://a:-1/",
                             "https://a\\@b/",
                             "https://a b/",
                             "https://a/\r\nX: y",
                             "https://a/ b",
                             "https://\xC3\xA4/",
                             "https://a/\xC3\xA4",
                             "https://[::1/",
                             "https://::1/",
                             "https://[fe80::1%25lo]/",
                             "https://[a.example]/",
                             "https://[::1]x/",
                             "https://a..b/",
                             "https://.a/",
                             "https://%61/",
                             "http s://a/"})
        EXPECT_FALSE(http::parse_url(text)) << text;
    EXPECT_FALSE(http::parse_url("https://a/" + std::string(2048, 'x')));
    EXPECT_FALSE(http::parse_url("https://" + std::string(254, 'a') + "/"));
}

}  // namespace
}  // namespace advisor::server
