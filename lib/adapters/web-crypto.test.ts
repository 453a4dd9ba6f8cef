import { cryptoContract } from './contracts/crypto-contract';
import { createWebCrypto } from './web-crypto';

cryptoContract('WebCrypto in Node', createWebCrypto);
