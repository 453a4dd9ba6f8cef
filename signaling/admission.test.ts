import { describe, expect, it } from 'vitest';
import { addressGroup, clientAddress, originAllowed } from './admission';

const rule = { allowedOrigins: new Set(['https://files.example']), allowNoOrigin: false };

describe('origins', () => {
  it.each([
    ['http://localhost:3000', 'localhost:3000'],
    ['https://share.example', 'share.example'],
    ['https://share.example', 'share.example:443'],
    ['http://SHARE.example', 'share.EXAMPLE:80'],
    ['http://[::1]:3000', '[::1]:3000'],
    ['https://files.example', 'anything.example'],
  ])('[SV2] lets %s in at %s', (origin, host) => {
    expect(originAllowed({ origin, host }, rule)).toBe(true);
  });

  it.each([
    ['http://evil.example', 'localhost:3000'],
    ['http://localhost:3001', 'localhost:3000'],
    ['http://localhost', 'localhost:3000'],
    ['https://files.example.evil.example', 'share.example'],
    ['null', 'share.example'],
    ['', 'share.example'],
    ['http://share.example/path', 'share.example'],
    ['http://user@share.example', 'share.example:80@evil.example'],
    ['file://share.example', 'share.example'],
    ['http://share.example', undefined],
    [undefined, 'share.example'],
  ])('[SV2] keeps %s out at %s', (origin, host) => {
    expect(
      originAllowed(
        { ...(origin === undefined ? {} : { origin }), ...(host === undefined ? {} : { host }) },
        rule,
      ),
    ).toBe(false);
  });

  it('[SV2] lets requests without an origin in only where that is wanted', () => {
    expect(originAllowed({ host: 'a' }, { ...rule, allowNoOrigin: true })).toBe(true);
  });
});

describe('addresses', () => {
  it('[SV3] ignores X-Forwarded-For unless a proxy is trusted', () => {
    expect(clientAddress({ 'x-forwarded-for': '9.9.9.9' }, '1.2.3.4', 0)).toBe('1.2.3.4');
  });

  it('[SV3] takes what the trusted proxies appended, not what the client made up', () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 7.7.7.7, 8.8.8.8' };
    expect(clientAddress(headers, '10.0.0.1', 1)).toBe('8.8.8.8');
    expect(clientAddress(headers, '10.0.0.1', 2)).toBe('7.7.7.7');
    expect(clientAddress(headers, '10.0.0.1', 4)).toBe('10.0.0.1');
    expect(clientAddress({ 'x-forwarded-for': 'junk' }, '10.0.0.1', 1)).toBe('10.0.0.1');
  });

  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('[SV3] counts %s as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
